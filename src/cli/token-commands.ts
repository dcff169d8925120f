/** `bramble token`: invitations for boards, kept as Secrets in the fleet. */
import { ApiError } from "../api/api-error.ts";
import type { ApiTransport } from "../api/exchange.ts";
import { successBody } from "../client/reply.ts";
import { collectionPath, objectPath } from "../client/resource-path.ts";
import { UsageError } from "../lib/errors.ts";
import { formatJoinToken, newTokenCredential } from "../lib/join-token.ts";
import type { CliSurroundings, FleetConnection } from "./cli-actions.ts";
import { textTable } from "./output.ts";
import {
  type KeptToken,
  readTokenSecret,
  tokenNamespace,
  tokenSecret,
  tokenSecretName,
  tokenSecretType,
} from "./token-secret.ts";

export interface CreateTokenOptions {
  readonly ttlMs: number;
  readonly voter: boolean;
  readonly description: string;
}

const secrets = { group: "", version: "v1", plural: "secrets" };

/** Prints the token on the first line, for scripts, and what to do with it below. */
export async function createToken(
  { api, caSha256, server }: FleetConnection,
  { ttlMs, voter, description }: CreateTokenOptions,
  io: CliSurroundings,
): Promise<void> {
  const credential = newTokenCredential(io.random);
  const expiresMs = io.nowMs() + ttlMs;
  const body = tokenSecret(credential, { expiresMs, voter, description });
  successBody(await api.request({ method: "POST", path: collectionPath(secrets, tokenNamespace), body }));
  const token = formatJoinToken({ caSha256, ...credential });
  io.out(`${token}

On the board that shall join, as root:

    bramble join ${server} --token ${token}${voter ? " --voter" : ""}

Anybody who has this token can join${voter ? ", as a voter too," : ""} until ${readable(expiresMs)}.
`);
}

export async function listTokens({ api }: FleetConnection, io: CliSurroundings): Promise<void> {
  const tokens = await keptTokens(api);
  if (tokens.length === 0) {
    io.err("There are no tokens. Make one with: bramble token create\n");
    return;
  }
  const rows = tokens.map(({ id, expiration, voter, description }) => [
    id,
    expiry(expiration, io.nowMs()),
    voter ? "boards and voters" : "boards",
    description,
  ]);
  io.out(textTable([["ID", "EXPIRES", "FOR", "DESCRIPTION"], ...rows]));
}

/** `reference` is a token's id, or the token itself. */
export async function deleteToken({ api }: FleetConnection, reference: string, io: CliSurroundings): Promise<void> {
  const id = /^(?:BR1[0-9a-f]{64}::)?([a-z0-9]{6})(?:\.[a-z0-9]{16})?$/.exec(reference)?.[1];
  if (id === undefined) throw new UsageError("give the 6 letters of a token's ID, as `bramble token list` shows them");
  const path = objectPath(secrets, { namespace: tokenNamespace, name: tokenSecretName(id) });
  const reply = await api.request({ method: "DELETE", path });
  if (reply.status === 404) throw new UsageError(`there is no token ${id}: see \`bramble token list\``);
  successBody(reply);
  io.out(`token ${id} deleted\n`);
}

async function keptTokens(api: ApiTransport): Promise<readonly KeptToken[]> {
  const query = { fieldSelector: `type=${tokenSecretType}` };
  const body = successBody(await api.request({ method: "GET", path: collectionPath(secrets, tokenNamespace), query }));
  const items = typeof body === "object" && body !== null && "items" in body ? body.items : undefined;
  if (!Array.isArray(items)) throw ApiError.internal("the answer is not a list");
  return items
    .flatMap((item) => readTokenSecret(item) ?? [])
    .sort((one, other) => (one.expiration ?? "~").localeCompare(other.expiration ?? "~"));
}

function expiry(expiration: string | undefined, nowMs: number): string {
  if (expiration === undefined) return "never";
  const expiresMs = Date.parse(expiration);
  return expiresMs <= nowMs ? "expired" : readable(expiresMs);
}

function readable(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
