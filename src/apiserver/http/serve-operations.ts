/** `/bramble/v1/…` over HTTP: who asks, as the connection proves it, and answers that may be long. */
import { TLSSocket } from "node:tls";
import { ApiError } from "../../api/api-error.ts";
import type { Identity } from "../../api/exchange.ts";
import { mayUseApi } from "../authorization.ts";
import type { BoardCaller } from "../joining/rejoin-service.ts";
import type { Operations } from "../operations/operations.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { readBody } from "./read-body.ts";
import { apiReply, sendReply } from "./send-reply.ts";

const prefix = "/bramble/v1/";
const bodyBytesMax = 16 * 1024;
const boardUserPrefix = "system:node:";

export function isOperationsPath(path: string): boolean {
  return path.startsWith(prefix);
}

/** Throws `ApiError`. */
export async function serveOperations(
  { request, response, target, method }: HttpExchange,
  identity: Identity,
  operations: Operations,
): Promise<void> {
  const board = request.socket instanceof TLSSocket ? boardCaller(request.socket, identity) : undefined;
  const isAdministrator = mayUseApi(identity);
  // Others have nothing to say here, and need not be read.
  if (board === undefined && !isAdministrator) throw ApiError.noSuchPath();
  const body = method === "GET" ? undefined : await readBody(request, bodyBytesMax);
  const asked = { method, path: target.path, body, isAdministrator };
  const reply = await operations.answer(board === undefined ? asked : { ...asked, board });
  if (reply.type === "json") {
    await sendReply(request, response, apiReply(200, reply.body));
    return;
  }
  const length = reply.parts.reduce((bytes, part) => bytes + part.byteLength, 0);
  response.writeHead(200, { "content-type": reply.contentType, "content-length": length, "cache-control": "no-store" });
  for (const part of reply.parts) response.write(part);
  response.end();
}

function boardCaller(socket: TLSSocket, { user, groups }: Identity): BoardCaller | undefined {
  if (!groups.includes("system:nodes") || !user.startsWith(boardUserPrefix)) return undefined;
  return { node: user.slice(boardUserPrefix.length), certificate: socket.getPeerCertificate().raw };
}
