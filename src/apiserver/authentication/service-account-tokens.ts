/** Tokens of ServiceAccounts, as every voter gives them out and takes them, with or without a leader. */
import type { Identity } from "../../api/exchange.ts";
import type { Clock } from "../../lib/clock.ts";
import { NoLeaderError } from "../../replication/ports.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { DeadlineError } from "../storage/with-deadline.ts";
import type { ServiceAccountKeys } from "./service-account-key.ts";
import { signToken } from "./sign-token.ts";
import { issuer, type TokenClaims } from "./token-claims.ts";
import { subjectOf } from "./token-subject.ts";
import { VerifiedTokens } from "./verified-tokens.ts";

/** Whose a token is, and which of the audiences asked about it is for. */
export interface TokenFinding {
  readonly identity: Identity;
  readonly audiences: readonly string[];
}

/** Longer than any token of the fleet; what is longer is not worth a signature's check. */
const tokenLengthMax = 8 * 1024;

export interface ServiceAccountTokensOptions {
  readonly objects: ObjectStore;
  readonly keys: ServiceAccountKeys;
  readonly clock: Clock;
}

export class ServiceAccountTokens {
  readonly #objects: ObjectStore;
  readonly #keys: ServiceAccountKeys;
  readonly #clock: Clock;
  readonly #verified = new VerifiedTokens();

  constructor({ objects, keys, clock }: ServiceAccountTokensOptions) {
    this.#objects = objects;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** Throws `ApiError` (503) in a fleet that is just being founded. */
  async issue(claims: TokenClaims): Promise<string> {
    return signToken(claims, await this.#keys.current(), this.#clock.nowMs());
  }

  /** Undefined for a token that is not, or no longer, good for any of `audiences`, by this voter's clock. */
  async read(token: string, audiences: readonly string[] = [issuer]): Promise<TokenFinding | undefined> {
    if (token.length > tokenLengthMax) return undefined;
    const claims = await this.#verified.read(token, await this.#keys.current(), this.#clock.nowMs());
    if (claims === undefined) return undefined;
    const accepted = claims.aud.filter((audience) => audiences.includes(audience));
    if (accepted.length === 0) return undefined;
    const identity = await this.#subject(token, claims);
    return identity === undefined ? undefined : { identity, audiences: accepted };
  }

  /** What this voter misses it may not have heard of yet: a token is refused by what the fleet knows, if it can say. */
  async #subject(token: string, claims: TokenClaims): Promise<Identity | undefined> {
    const known = await subjectOf(claims, this.#objects, this.#clock.nowMs());
    if (known !== undefined) return known;
    try {
      await this.#objects.barrier(undefined);
    } catch (thrown) {
      if (thrown instanceof NoLeaderError || thrown instanceof DeadlineError) return undefined;
      throw thrown;
    }
    const found = await subjectOf(claims, this.#objects, this.#clock.nowMs());
    if (found === undefined) this.#verified.end(token);
    return found;
  }
}
