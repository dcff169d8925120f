/** Where a list that was cut short goes on, as opaque text for the client to give back. */
import { ApiError } from "../../api/api-error.ts";
import { type Revision, revision, type StoreKey } from "../../store/types.ts";

export interface ListPosition {
  /** Every part of the list shows the state as of this revision; 0 for a part that shows the latest. */
  readonly revision: Revision;
  /** The last key that was looked at. */
  readonly after: StoreKey;
}

export function encodeContinueToken({ revision, after }: ListPosition): string {
  return Buffer.from(JSON.stringify([revision, after])).toString("base64url");
}

/** Throws `ApiError` (400) for text that is none, or whose key lies outside the collection. */
export function decodeContinueToken(token: string, collection: StoreKey): ListPosition {
  const parsed = parseToken(token);
  if (!Array.isArray(parsed)) throw invalidToken();
  const [at, after]: unknown[] = parsed;
  if (typeof at !== "number" || !Number.isSafeInteger(at) || at < 0) throw invalidToken();
  if (typeof after !== "string" || !after.startsWith(collection)) throw invalidToken();
  return { revision: revision(at), after };
}

function parseToken(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    return undefined;
  }
}

function invalidToken(): ApiError {
  return ApiError.badRequest("continue: the token is not one of this server's for this list: list again without it");
}
