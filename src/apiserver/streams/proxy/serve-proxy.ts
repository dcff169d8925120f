/** Requests passed on to a pod over its board's streams: HTTP/1.1 both ways, nothing followed, nothing kept. */
import { type ClientRequest, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { connect as tlsConnect } from "node:tls";
import { ApiError } from "../../../api/api-error.ts";
import { BoardStreamError, type BoardStreams } from "../../../api/board-stream.ts";
import { messageOf } from "../../../lib/errors.ts";
import type { Backend } from "./backend.ts";
import { boardSocket } from "./board-socket.ts";
import { forwardedHeaders, returnedHeaders } from "./proxy-headers.ts";

export interface ProxiedRequest {
  readonly request: IncomingMessage;
  /** What leads to the backend. */
  readonly prefix: string;
  /** Path and query, as the backend shall see them. */
  readonly target: string;
  readonly signal: AbortSignal;
}

/** Opens a connection to the backend and writes the request's head on it. Throws `ApiError` (503). */
export async function openBackendRequest(
  boards: BoardStreams,
  backend: Backend,
  { request, prefix, target, signal }: ProxiedRequest,
  upgrade?: string,
): Promise<ClientRequest> {
  const { board, namespace, pod, uid, port, scheme } = backend;
  const stream = await boards
    .open(board, { type: "connect", namespace, pod, uid, port }, signal)
    .catch((thrown: unknown) => {
      throw thrown instanceof BoardStreamError ? unreachable(thrown) : thrown;
    });
  const socket = boardSocket(stream);
  // A pod's certificate is its own affair: its board's connection says whose pod it is.
  const secured =
    scheme === "https" ? tlsConnect({ socket, rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] }) : socket;
  socket.on("error", () => secured.destroy());
  const headers = forwardedHeaders(request, backend, prefix);
  return httpRequest({
    createConnection: () => secured,
    method: request.method ?? "GET",
    path: target,
    headers: upgrade === undefined ? headers : { ...headers, connection: "Upgrade", upgrade },
    setHost: false,
    signal,
  });
}

/** Answers with what the backend answers. Throws `ApiError` (503) as long as it has not begun to. */
export async function passOn(
  outgoing: ClientRequest,
  backend: Backend,
  proxied: ProxiedRequest,
  response: ServerResponse,
) {
  const answered = Promise.withResolvers<IncomingMessage>();
  outgoing.on("response", answered.resolve);
  outgoing.on("error", (error) => answered.reject(unreachable(error)));
  proxied.request.pipe(outgoing);
  const incoming = await answered.promise;
  return async () => {
    response.writeHead(incoming.statusCode ?? 502, returnedHeaders(incoming, backend, proxied.prefix));
    const ended = new Promise<void>((resolve) => response.once("close", resolve));
    incoming.on("error", () => response.destroy());
    response.once("close", () => outgoing.destroy());
    incoming.pipe(response);
    await ended;
  };
}

export function unreachable(error: unknown): ApiError {
  return ApiError.serviceUnavailable(`error trying to reach service: ${messageOf(error)}`);
}
