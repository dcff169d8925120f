/** Tokens whose signature has been checked: that costs a small board milliseconds, and a pod asks again and again. */
import { createHash } from "node:crypto";
import type { ServiceAccountKey } from "./service-account-key.ts";
import { isOver, readSignedToken } from "./sign-token.ts";
import type { TokenClaims } from "./token-claims.ts";

const knownMax = 1000;

export class VerifiedTokens {
  /** By the token's hash, so that no token is kept; the one that was used longest ago is first. */
  readonly #known = new Map<string, TokenClaims>();
  #keyId: string | undefined;

  /** As `readSignedToken`: what the token says, unless it is not the key's or its time is over. */
  async read(token: string, key: ServiceAccountKey, nowMs: number): Promise<TokenClaims | undefined> {
    if (this.#keyId !== key.keyId) this.#known.clear();
    this.#keyId = key.keyId;
    const hash = createHash("sha256").update(token).digest("base64");
    const known = this.#known.get(hash);
    this.#known.delete(hash);
    if (known !== undefined && isOver(known, nowMs)) return undefined;
    const claims = known ?? (await readSignedToken(token, key, nowMs));
    if (claims !== undefined) this.#keep(hash, claims);
    return claims;
  }

  #keep(hash: string, claims: TokenClaims): void {
    this.#known.set(hash, claims);
    const [oldest] = this.#known.keys();
    if (this.#known.size > knownMax && oldest !== undefined) this.#known.delete(oldest);
  }
}
