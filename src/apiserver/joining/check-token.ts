/** Whether a join token is one that the fleet gave out, and still stands by. */
import { createHash, timingSafeEqual } from "node:crypto";
import { ApiError } from "../../api/api-error.ts";
import type { Secret } from "../../api/kinds/secret.ts";
import { parseTime } from "../../api/meta/time.ts";
import { parseTokenCredential, type TokenCredential } from "../../lib/join-token.ts";
import { ownValue } from "../../lib/own-value.ts";

const tokenSecretType = "bootstrap.kubernetes.io/token";
export const tokenNamespace = "kube-system";

/** Which of the fleet's parts a token admits to. */
export type JoinRole = "board" | "voter";

/** Throws `ApiError` (401) for text that is no token. */
export function credentialOf(token: string): TokenCredential {
  const credential = parseTokenCredential(token);
  if (credential === undefined) throw refusal();
  return credential;
}

export function tokenSecretName(id: string): string {
  return `bootstrap-token-${id}`;
}

/**
 * Throws `ApiError`: 401, the same for a token that is wrong, expired or deleted, so that guessing learns nothing;
 * 403 for a good one that is for another role. `secret` is the one named by the token's id, if there is one.
 */
export function checkToken(
  credential: TokenCredential,
  role: JoinRole,
  secret: Secret | undefined,
  nowMs: number,
): void {
  const value = (key: string) => Buffer.from(ownValue(secret?.data, key) ?? "", "base64").toString();
  const isRight = sameText(credential.secret, value("token-secret")) && credential.id === value("token-id");
  const expiration = value("expiration");
  const isLive = expiration === "" || (parseTime(expiration) ?? 0) > nowMs;
  if (secret?.type !== tokenSecretType || !isRight || !isLive) throw refusal();
  if (value(`usage-bramble-${role}`) === "true") return;
  throw ApiError.forbidden(
    { group: "", plural: "secrets" },
    tokenSecretName(credential.id),
    `this token does not admit a ${role}: make one that does with \`bramble token create\` on a voter`,
  );
}

function refusal(): ApiError {
  return ApiError.unauthorized(
    "the join token is wrong, expired or deleted: make a new one with `bramble token create` on a voter",
  );
}

/** In a time that does not depend on where the texts differ. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
