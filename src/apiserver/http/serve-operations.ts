/** `/bramble/v1/…` over HTTP: who asks, as the connection proves it, and answers that may be long. */
import { TLSSocket } from "node:tls";
import { ApiError } from "../../api/api-error.ts";
import { renewPath } from "../../api/operations-exchange.ts";
import { anonymous } from "../authentication/well-known-groups.ts";
import type { Access } from "../authorization/create-access.ts";
import { attributesOf } from "../authorization/request-attributes.ts";
import type { BoardCaller } from "../joining/rejoin-service.ts";
import type { Operations } from "../operations/operations.ts";
import { clientIdentity } from "./client-identity.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { readBody } from "./read-body.ts";
import { identify } from "./request-access.ts";
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
  operations: Operations,
  access: Access,
): Promise<void> {
  const attributes = attributesOf({ method, ...target });
  const trail = access.audit?.trailOf(request);
  trail?.asked(attributes);
  if (target.path === renewPath && method === "POST") {
    const certificate = request.socket instanceof TLSSocket ? request.socket.getPeerX509Certificate()?.raw : undefined;
    if (certificate === undefined) throw ApiError.unauthorized("a board renews by the certificate that it has");
    const renewed = await operations.renew(certificate, () => readBody(request, bodyBytesMax));
    await sendReply(request, response, apiReply(200, renewed));
    return;
  }
  const identity = await identify(request, access);
  const board = request.socket instanceof TLSSocket ? boardCaller(request.socket) : undefined;
  const decision = await access.authorizer.authorize(identity, attributes);
  trail?.decided(decision, false);
  const isAdministrator = decision.type === "allowed";
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

/** A board is who its connection says, whomever it would act as. */
function boardCaller(socket: TLSSocket): BoardCaller | undefined {
  const { user, groups } = clientIdentity(socket) ?? anonymous;
  if (!groups.includes("system:nodes") || !user.startsWith(boardUserPrefix)) return undefined;
  return { node: user.slice(boardUserPrefix.length), certificate: socket.getPeerCertificate().raw };
}
