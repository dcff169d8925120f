/** Signed tokens (RFC 7515, ES256), made and taken apart. What they say is for others to believe. */
import { errors, jwtVerify, SignJWT } from "jose";
import type { ServiceAccountKey } from "./service-account-key.ts";
import { issuer, type TokenClaims, tokenClaimsSchema } from "./token-claims.ts";

const algorithm = "ES256";
/** Voters' clocks differ a little. */
const toleranceSeconds = 60;

/**
 * There is no "not before": a voter whose clock was never set would take every token for one of the future, and so lock
 * out what it would otherwise judge by the objects that the token is bound to.
 */
export function signToken(claims: TokenClaims, key: ServiceAccountKey, nowMs: number): Promise<string> {
  const { sub, aud, exp, jti, ...own } = claims;
  const token = new SignJWT(own)
    .setProtectedHeader({ alg: algorithm, kid: key.keyId })
    .setIssuer(issuer)
    .setSubject(sub)
    .setAudience(aud)
    .setIssuedAt(Math.floor(nowMs / 1000))
    .setExpirationTime(exp);
  return (jti === undefined ? token : token.setJti(jti)).sign(key.privateKey);
}

/** What the token says, if the fleet's key has signed it and its time is not over at `nowMs`; else undefined. */
export async function readSignedToken(
  token: string,
  key: ServiceAccountKey,
  nowMs: number,
): Promise<TokenClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [algorithm],
      issuer,
      currentDate: new Date(nowMs),
      clockTolerance: toleranceSeconds,
      requiredClaims: ["sub", "aud", "exp"],
    });
    return tokenClaimsSchema.safeParse(payload).data;
  } catch (thrown) {
    if (thrown instanceof errors.JOSEError) return undefined;
    throw thrown;
  }
}

/** Whether the time of a token that was good once has passed. */
export function isOver({ exp }: TokenClaims, nowMs: number): boolean {
  return exp + toleranceSeconds <= Math.floor(nowMs / 1000);
}
