/** How others check tokens of the fleet by themselves (OpenID Connect Discovery 1.0): who signs, and the public key. */
import type { IncomingMessage } from "node:http";
import type { ServiceAccountKeys } from "../authentication/service-account-key.ts";
import { issuer } from "../authentication/token-claims.ts";
import { apiReply, type HttpReply } from "./send-reply.ts";

const configurationPath = "/.well-known/openid-configuration";
const keysPath = "/openid/v1/jwks";

/** Served to whoever may read these paths. */
export function isIssuerPath(path: string): boolean {
  return path === configurationPath || path === keysPath;
}

/** Throws `ApiError` (503) in a fleet that is just being founded. */
export async function issuerReply(
  request: IncomingMessage,
  path: string,
  keys: ServiceAccountKeys,
): Promise<HttpReply> {
  if (path === keysPath) {
    const { jwk } = await keys.current();
    return { ...apiReply(200, { keys: [jwk] }), contentType: "application/jwk-set+json" };
  }
  return apiReply(200, {
    issuer,
    jwks_uri: `https://${ownAddress(request)}${keysPath}`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
  });
}

/** As the client reached it, by the connection rather than by what a header says. */
function ownAddress({ socket: { localAddress = "", localPort } }: IncomingMessage): string {
  const address = localAddress.replace(/^::ffff:/u, "");
  return `${address.includes(":") ? `[${address}]` : address}:${localPort}`;
}
