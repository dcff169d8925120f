/** The Kubernetes API over HTTP: bodies in, the form the client asked for out, and watches as streams. */
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
import { sendLongReply } from "./list-stream.ts";
import { readBytes, type Submission, understandBody } from "./read-body.ts";
import { apiReply, sendReply, withWarnings } from "./send-reply.ts";
import { writeWatchStream } from "./watch-stream.ts";

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
  const { request, response, target, method, signal } = exchange;
  const document = method === "GET" ? await documents.reply(target, request.headers) : undefined;
  if (document !== undefined) {
    await sendReply(request, response, document);
    return undefined;
  }
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
  const body = renderBody(resource, reply.body, rendering, clock.nowMs());
  const shown = withWarnings(apiReply(reply.status, body), reply.warnings);
  const rest = body instanceof WrittenJson ? body.rest : undefined;
  if (rest !== undefined) return () => sendLongReply(request, response, shown, rest, clock);
  await sendReply(request, response, shown);
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
