/** When a token should be replaced, read from the token itself. Pure. */
import { z } from "zod";

const renewAtShare = 0.8;
/** However long a token lives, its replacement is asked for once a day. */
const renewAfterMsMax = 24 * 3_600_000;

const claimsSchema = z.object({ iat: z.number(), exp: z.number() });

/**
 * How long the token is still good enough; 0 where it must be replaced, which is also so where it is none, or where the
 * board's clock is behind the token's beginning.
 */
export function freshForMs(token: string, nowMs: number): number {
  const claims = claimsOf(token);
  if (claims === undefined) return 0;
  const issuedMs = claims.iat * 1000;
  if (nowMs < issuedMs) return 0;
  return Math.max(0, issuedMs + renewAfterMs(claims) - nowMs);
}

/** How long a token that was issued just now is good enough, whatever the board's clock says. */
export function freshAtFirstForMs(token: string): number {
  const claims = claimsOf(token);
  return claims === undefined ? 0 : renewAfterMs(claims);
}

function renewAfterMs({ iat, exp }: z.infer<typeof claimsSchema>): number {
  return Math.min((exp - iat) * 1000 * renewAtShare, renewAfterMsMax);
}

/** The claims of a JSON Web Token (RFC 7519), unverified: whoever holds it need not doubt it. */
function claimsOf(token: string): z.infer<typeof claimsSchema> | undefined {
  try {
    const [, payload = ""] = token.split(".");
    return claimsSchema.parse(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
  } catch {
    return undefined;
  }
}
