/** Who asks, as the credentials of a request prove it: a client certificate, else a bearer token, else nobody. */
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { ApiError } from "../../api/api-error.ts";
import type { Identity } from "../../api/exchange.ts";
import { clientIdentity, hasClientCertificate } from "../http/client-identity.ts";
import { anonymous } from "./well-known-groups.ts";

const tokenProtocol = "base64url.bearer.authorization.k8s.io.";

/** Undefined for a token that is not, no longer or not yet good. */
export type TokenReader = (token: string) => Promise<Identity | undefined>;

/** Throws `ApiError` (401) for a credential that is no good; a request without any is anybody's. */
export async function authenticate(request: IncomingMessage, readToken: TokenReader): Promise<Identity> {
  const socket = request.socket instanceof TLSSocket ? request.socket : undefined;
  const certified = socket === undefined ? undefined : clientIdentity(socket);
  if (certified !== undefined) return certified;
  const token = bearerToken(request);
  if (token !== undefined) {
    const identity = await readToken(token);
    if (identity !== undefined) return identity;
    throw ApiError.unauthorized();
  }
  // What was meant as a proof and proves nothing is told so, rather than treated as no proof at all.
  if (socket !== undefined && hasClientCertificate(socket)) throw ApiError.unauthorized();
  return anonymous;
}

function bearerToken(request: IncomingMessage): string | undefined {
  const [scheme = "", token = ""] = (request.headers.authorization ?? "").trim().split(/ +/u);
  return scheme.toLowerCase() === "bearer" && token !== "" ? token : webSocketToken(request);
}

/** A browser cannot set headers on a WebSocket, so it names its token among the protocols that it speaks. */
function webSocketToken({ headers }: IncomingMessage): string | undefined {
  if (headers.upgrade?.toLowerCase() !== "websocket") return undefined;
  const protocols = (headers["sec-websocket-protocol"] ?? "").split(",").map((protocol) => protocol.trim());
  const encoded = protocols.find((protocol) => protocol.startsWith(tokenProtocol))?.slice(tokenProtocol.length);
  return encoded === undefined || encoded === "" ? undefined : Buffer.from(encoded, "base64url").toString();
}
