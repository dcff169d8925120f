/** One HTTPS request, from its first line to its answer: who asks, whether they may, and who answers. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError } from "../../api/api-error.ts";
import { joinPath } from "../../api/join-exchange.ts";
import type { Logger } from "../../lib/logger.ts";
import { attributesOf } from "../authorization/request-attributes.ts";
import { dashboardReply, isDashboardPath, toDashboard, wantsPage } from "../dashboard/serve-dashboard.ts";
import { refusalOf } from "../error-reply.ts";
import { RequestMeters } from "../metrics/request-meters.ts";
import { streamPlace } from "../streams/stream-place.ts";
import { refuseForeignPages } from "./foreign-pages.ts";
import type { HttpExchange, HttpServices } from "./http-exchange.ts";
import { boundInFlight, type InFlight } from "./in-flight.ts";
import { isIssuerPath, issuerReply } from "./issuer-endpoints.ts";
import { LargeBodies } from "./large-bodies.ts";
import { metricsPath, metricsReply } from "./metrics-endpoint.ts";
import { isPublicPath, servePublic } from "./public-endpoints.ts";
import { admitRequest, requestLine } from "./request-access.ts";
import { Outlets } from "./send-pieces.ts";
import { apiReply, sendReply } from "./send-reply.ts";
import { asksForList, serveApi } from "./serve-api.ts";
import { isOperationsPath, serveOperations } from "./serve-operations.ts";

const requestsMax = 200;
const streamsMax = 1000;
/** Lists wait for one another, and must not keep out what is answered at once. */
const listsMax = 100;
/** Strangers may ask to join, as slowly as they like, and must not keep those out who may do more. */
const joinsMax = 20;
const retrySeconds = 1;

/** One for all: making a reason with its stack would cost every request a fortieth of its time. */
const clientGone = new Error("the client is gone");

/** Never throws and never rejects: what goes wrong is the client's answer, or the end of the connection. */
export function createRequestHandler(options: HttpServices) {
  const requests = boundInFlight(requestsMax);
  const streams = boundInFlight(streamsMax);
  const joins = boundInFlight(joinsMax);
  const lists = boundInFlight(listsMax);
  const largeBodies = new LargeBodies();
  const outlets = new Outlets();

  const meters = options.metrics === undefined ? undefined : new RequestMeters(options.metrics, options.clock);

  /** The bounds that a request is held to, besides what it may do. */
  function boundsOf({ request, target, method }: HttpExchange): InFlight[] {
    if (target.path === joinPath) return [joins];
    // Health is asked for by whoever would end this process if it did not answer.
    if (isPublicPath(target.path)) return [];
    const special = asksForList(method, target) ? lists : largeBodies.boundOf(request);
    return special === undefined ? [requests] : [requests, special];
  }

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    const end = meters?.begin(request);
    const trail = options.apiServer.access.audit?.trailOf(request);
    response.once("close", () => {
      gone.abort(clientGone);
      end?.(response.headersSent ? response.statusCode : 0);
      trail?.complete(response.headersSent ? response.statusCode : undefined);
    });
    try {
      const exchange = { request, response, ...requestLine(request), signal: gone.signal, largeBodies, outlets };
      const stream = await within(boundsOf(exchange), () => answer(exchange, options));
      if (stream !== undefined) await within([streams], stream);
    } catch (thrown) {
      if (gone.signal.aborted) return;
      await sendRefusal(request, response, thrown, options.log);
    }
  };
}

/** Answers, or returns what streams an answer once it stands, which counts as a request no longer. */
async function answer(exchange: HttpExchange, options: HttpServices): Promise<(() => Promise<void>) | undefined> {
  const { request, response, target } = exchange;
  refuseForeignPages(request, options.isOwnHost);
  if (isPublicPath(target.path)) {
    options.apiServer.access.audit?.trailOf(request).asked(attributesOf({ method: exchange.method, ...target }));
    await sendReply(request, response, await servePublic(exchange, options));
    return undefined;
  }
  if (options.dashboard !== undefined && exchange.method === "GET") {
    const isRoot = wantsPage(target.path, request.headers);
    if (isRoot || isDashboardPath(target.path)) {
      options.apiServer.access.audit?.trailOf(request).asked(attributesOf({ method: exchange.method, ...target }));
      const reply = isRoot ? toDashboard() : await dashboardReply(target.path, request.headers, options.dashboard);
      await sendReply(request, response, reply);
      return undefined;
    }
  }
  if (options.operations !== undefined && isOperationsPath(target.path)) {
    await serveOperations(exchange, options.operations, options.apiServer.access);
    return undefined;
  }
  const { identity, attributes } = await admitRequest(request, options.apiServer.access);
  if (isIssuerPath(target.path) && exchange.method === "GET") {
    await sendReply(request, response, await issuerReply(request, target.path, options.apiServer.access.keys));
    return undefined;
  }
  if (options.metrics !== undefined && target.path === metricsPath && exchange.method === "GET") {
    await sendReply(request, response, metricsReply(options.metrics));
    return undefined;
  }
  const place = options.streams === undefined ? undefined : streamPlace(attributes, request.url ?? "");
  if (place !== undefined) return options.streams?.respond(exchange, place);
  return serveApi(exchange, identity, options);
}

async function within<T>(bounds: readonly InFlight[], action: () => Promise<T>): Promise<T> {
  const [bound, ...others] = bounds;
  if (bound === undefined) return action();
  const leave = bound.enter();
  if (leave === undefined) throw ApiError.tooManyRequests("too many requests at once; try again", retrySeconds);
  try {
    return await within(others, action);
  } finally {
    leave();
  }
}

/** Once a stream has begun there is no answer but its end. */
async function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
  log: Logger,
): Promise<void> {
  const { code, status } = refusalOf(thrown, log);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // The rest of a body that was refused is not waited for.
  if (!request.complete) response.setHeader("connection", "close");
  await sendReply(request, response, apiReply(code, status));
}
