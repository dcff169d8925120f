/** Tokens whose signature has been checked: that costs a small board milliseconds, and a pod asks again and again. */
import { createHash } from "node:crypto";
import type { ServiceAccountKey } from "./service-account-key.ts";
import { isOver, readSignedToken } from "./sign-token.ts";
import type { TokenClaims } from "./token-claims.ts";

const knownMax = 1000;
/** What a token is bound to is gone for good: no other object ever has its uid. */
const ended = "ended";

/** For one voter; what it forgets is checked anew. */
export class VerifiedTokens {
  /** By the token's hash, so that no token is kept; the one that was used longest ago is first. */
  readonly #known = new Map<string, TokenClaims | typeof ended>();
  #keyId: string | undefined;

  /** As `readSignedToken`: what the token says, unless it is not the key's, its time is over, or it was ended. */
  async read(token: string, key: ServiceAccountKey, nowMs: number): Promise<TokenClaims | undefined> {
    if (this.#keyId !== key.keyId) this.#known.clear();
    this.#keyId = key.keyId;
    const hash = hashOf(token);
    const known = this.#known.get(hash) ?? (await readSignedToken(token, key, nowMs));
    if (known === undefined) return undefined;
    if (known !== ended && isOver(known, nowMs)) {
      this.#known.delete(hash);
      return undefined;
    }
    this.#keep(hash, known);
    return known === ended ? undefined : known;
  }

  /** From now on it says nothing, without the fleet being asked about it again. */
  end(token: string): void {
    this.#keep(hashOf(token), ended);
  }

  #keep(hash: string, known: TokenClaims | typeof ended): void {
    this.#known.delete(hash);
    this.#known.set(hash, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > knownMax && oldest !== undefined) this.#known.delete(oldest);
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
