/** The Kubernetes API over HTTP: bodies in, the form the client asked for out, and watches as streams. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError } from "../../api/api-error.ts";
import type { ApiRequest, Identity } from "../../api/exchange.ts";
import type { AnyResource } from "../../api/resource.ts";
import type { ServedKinds } from "../custom-kinds/served-kinds.ts";
import { type Rendering, renderBody, renderEvents } from "../rendering/render-body.ts";
import { WrittenJson } from "../rendering/written-json.ts";
import { findServed } from "../routing/find-served.ts";
import { booleanOption } from "../routing/query-options.ts";
import { parseRoute } from "../routing/route.ts";
import { negotiateForm, parseMediaType } from "./accept.ts";
import type { HttpExchange, HttpServices } from "./http-exchange.ts";
import { bodyBytesMax, release } from "./large-bodies.ts";
import { readBytes, type Submission, understandBody } from "./read-body.ts";
import type { RequestTarget } from "./request-target.ts";
import { sendPieces } from "./send-pieces.ts";
import { apiReply, type HttpReply, jsonType, sendReply, withWarnings } from "./send-reply.ts";
import { writeWatchStream } from "./watch-stream.ts";
import { writeBytesMax } from "./write-parts.ts";

/** Answers, or returns what streams a watch that stands or a list that is long. Throws `ApiError`, and what the API server throws. */
export async function serveApi(
  exchange: HttpExchange,
  identity: Identity,
  services: HttpServices,
): Promise<(() => Promise<void>) | undefined> {
  const { request, method, largeBodies } = exchange;
  if (method === "GET") return serveRequest(exchange, identity, services, toApiRequest(exchange, {}));
  const sent = await readBytes(request, bodyBytesMax);
  return largeBodies.workOn(sent, async (bytes) => {
    const submission = await understandBody(request, bytes).finally(() => release(bytes));
    return serveRequest(exchange, identity, services, toApiRequest(exchange, submission));
  });
}

async function serveRequest(
  exchange: HttpExchange,
  identity: Identity,
  { apiServer, documents, clock }: HttpServices,
  apiRequest: ApiRequest,
): Promise<(() => Promise<void>) | undefined> {
  const { request, response, target, method, signal, outlets } = exchange;
  const document = method === "GET" ? await documents.reply(target, request.headers) : undefined;
  if (document !== undefined) return sendOrStream(request, response, document);
  apiServer.access.audit?.trailOf(request).submitted(apiRequest.body);
  const resource = await shownResource(apiServer.kinds, target.path);
  const rendering = negotiateRendering(exchange);
  if (method === "GET" && booleanOption(target.query, "watch")) {
    const events = await apiServer.openWatch(apiRequest, identity, signal);
    const rendered = renderEvents(resource, events, rendering, () => clock.nowMs());
    return () => writeWatchStream(response, rendered, clock);
  }
  const asText = method === "GET" && rendering.form.form === "plain";
  const reply = await apiServer.request({ ...apiRequest, asText }, identity, { signal });
  if (reply.notes !== undefined) apiServer.access.audit?.trailOf(request).noted(reply.notes);
  const { status, body, warnings } = reply;
  if (body instanceof WrittenJson) {
    const head = withWarnings({ status, contentType: jsonType }, warnings);
    const outlet = asksForList(method, target) ? outlets.lists : outlets.objects;
    return sendPieces({ request, response, head, outlet, clock }, body);
  }
  const shown = renderBody(resource, body, rendering, clock.nowMs());
  return sendOrStream(request, response, withWarnings(apiReply(status, shown), warnings));
}

/** Whoever reads a long reply slowly counts as a request no longer. */
async function sendOrStream(
  request: IncomingMessage,
  response: ServerResponse,
  reply: HttpReply,
): Promise<(() => Promise<void>) | undefined> {
  if (reply.body.length > writeBytesMax) return () => sendReply(request, response, reply);
  await sendReply(request, response, reply);
  return undefined;
}

function toApiRequest({ request, target, method }: HttpExchange, submission: Submission): ApiRequest {
  const contentType = parseMediaType(request.headers["content-type"] ?? "").type;
  const { path, query } = target;
  const userAgent = request.headers["user-agent"];
  const program = userAgent === undefined ? {} : { userAgent };
  if (method === "GET") return { method, path, query, ...program };
  return { method, path, query, ...program, ...(contentType !== "" && { contentType }), ...submission };
}

/** Whether a request is for a list, not for a watch that may begin with one. */
export function asksForList(method: ApiRequest["method"], { path, query }: RequestTarget): boolean {
  const route = method === "GET" && query["watch"] === undefined ? parseRoute(path) : undefined;
  return route?.type === "resource" && route.path.name === undefined;
}

/** The kind whose objects can be shown as rows; a subresource answers with what no table shows. */
async function shownResource(kinds: ServedKinds, path: string): Promise<AnyResource | undefined> {
  const route = parseRoute(path);
  return route?.type === "resource" && route.path.subresource === undefined ? findServed(kinds, route.path) : undefined;
}

function negotiateRendering({ request, target }: HttpExchange): Rendering {
  const form = negotiateForm(request.headers.accept);
  if (form === undefined)
    throw ApiError.notAcceptable("only application/json is served, as itself, as a Table or as PartialObjectMetadata");
  const included = target.query["includeObject"] ?? "Metadata";
  if (included !== "None" && included !== "Metadata" && included !== "Object") {
    throw ApiError.badRequest(`includeObject: "${included}" is none of None, Metadata and Object`);
  }
  return { form, included };
}
