/** Turns an upgrade into a WebSocket: which protocol both ends know, whose page may ask, and how large a message may be. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { ApiError } from "../../../api/api-error.ts";

/** Clients send what they read from files and pipes, mostly 32 to 64 KiB; a message is held until it is whole. */
const messageBytesMax = 4 * 1024 * 1024;

/** The client's first protocol that is among `served`. Without any, the client leaves it to us: the last one. */
export function negotiateWebSocket<P extends string>(request: IncomingMessage, served: readonly P[]): P {
  const offered = offeredProtocols(request);
  const chosen = offered.map((offer) => served.find((each) => each === offer)).find((each) => each !== undefined);
  const fallback = offered.length === 0 ? served.at(-1) : undefined;
  const protocol = chosen ?? fallback;
  if (protocol === undefined) {
    throw ApiError.badRequest(
      `unable to upgrade: no WebSocket protocol in common: client supports [${offered.join(" ")}], server accepts [${served.join(" ")}]`,
    );
  }
  return protocol;
}

/** A page of another site would act with the certificate that its reader's browser shows. Throws `ApiError` (403). */
export function refuseForeignOrigin({ headers }: IncomingMessage): void {
  const { origin, host = "" } = headers;
  if (origin === undefined || hostOf(origin) === host.toLowerCase()) return;
  throw ApiError.forbidden({ group: "", plural: "websocket" }, "", `pages of ${origin} may not open streams here`);
}

/** Answers the handshake. Undefined where it is malformed, which the client has been told. */
export async function acceptWebSocket(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  protocol: string,
  maxPayload = messageBytesMax,
): Promise<WebSocket | undefined> {
  // Unpacking is what makes a small message large, so packed ones are not taken.
  const server = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload, perMessageDeflate: false });
  // Kubernetes names a protocol with a slash, which is no token and which ws refuses to read or write.
  const isOffered = request.headers["sec-websocket-protocol"] !== undefined;
  const { "sec-websocket-protocol": _, ...headers } = request.headers;
  request.headers = headers;
  if (isOffered) server.on("headers", (lines) => lines.push(`Sec-WebSocket-Protocol: ${protocol}`));
  return new Promise((resolve) => {
    server.on("wsClientError", (error, refused) => {
      refused.end(`HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n${error.message}\n`);
      resolve(undefined);
    });
    socket.once("close", () => resolve(undefined));
    server.handleUpgrade(request, socket, head, resolve);
  });
}

function offeredProtocols({ headers }: IncomingMessage): readonly string[] {
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((each) => each.trim());
  return offered.filter((each) => each !== "");
}

/** How a browser's page sends the token that it may not put in a header. */
const bearerPrefix = "base64url.bearer.authorization.k8s.io.";

/** Moves a token that came as a protocol to where tokens are looked for; nobody else shall see it. */
export function adoptBearerProtocol(request: IncomingMessage): void {
  const offered = offeredProtocols(request);
  const others = offered.filter((each) => !each.startsWith(bearerPrefix));
  const token = offered.find((each) => each.startsWith(bearerPrefix))?.slice(bearerPrefix.length);
  if (token === undefined) return;
  request.headers["sec-websocket-protocol"] = others.join(", ");
  request.headers.authorization ??= `Bearer ${Buffer.from(token, "base64url").toString()}`;
}

function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host;
}
