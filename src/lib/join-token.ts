/** The text that lets a board into a fleet: whom to trust, and what proves the invitation. */
import { UsageError } from "./errors.ts";
import type { Random } from "./random.ts";

/** The half that is kept in the fleet as Secret `bootstrap-token-<id>` and shown by the joining board. */
export interface TokenCredential {
  /** 6 of `[a-z0-9]`; not secret. */
  readonly id: string;
  /** 16 of `[a-z0-9]`. */
  readonly secret: string;
}

export interface JoinToken extends TokenCredential {
  /** SHA-256 of the fleet CA's DER, 64 lower-case hex digits: checked before the secret is sent. */
  readonly caSha256: string;
}

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
const idLength = 6;
const secretLength = 16;
const credentialPattern = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const tokenPattern = /^BR1([0-9a-f]{64})::(.+)$/;

/** A fresh credential. `random` must be cryptographic: 16 letters are 82 bits. */
export function newTokenCredential(random: Random): TokenCredential {
  const letters = (count: number) =>
    Array.from({ length: count }, () => alphabet[random.below(alphabet.length)]).join("");
  return { id: letters(idLength), secret: letters(secretLength) };
}

/** `<id>.<secret>`, as it travels once the CA is trusted. */
export function formatTokenCredential({ id, secret }: TokenCredential): string {
  return `${id}.${secret}`;
}

/** The inverse of `formatTokenCredential`; undefined for anything else. */
export function parseTokenCredential(text: string): TokenCredential | undefined {
  const [, id, secret] = credentialPattern.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** `BR1<sha256 of the CA>::<id>.<secret>` */
export function formatJoinToken(token: JoinToken): string {
  return `BR1${token.caSha256}::${formatTokenCredential(token)}`;
}

/** Throws `UsageError` with what is wrong with `text`; a credential without a CA is refused, for it would be blind trust. */
export function parseJoinToken(text: string): JoinToken {
  const trimmed = text.trim();
  if (parseTokenCredential(trimmed) !== undefined) {
    throw new UsageError(
      "the token lacks the fleet's CA: use the whole text that begins with BR1, as `bramble token create` printed it",
    );
  }
  const [, caSha256, rest] = tokenPattern.exec(trimmed) ?? [];
  const credential = rest === undefined ? undefined : parseTokenCredential(rest);
  if (caSha256 === undefined || credential === undefined) {
    throw new UsageError(
      "the token is not one of Bramble's: copy it again, it reads BR1<64 hex digits>::<6 letters>.<16 letters>",
    );
  }
  return { caSha256, ...credential };
}
