/** One HTTPS request, from its first line to its answer: who asks, whether they may, and who answers. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import { ApiError } from "../../api/api-error.ts";
import type { ApiRequest, Identity } from "../../api/exchange.ts";
import type { Logger } from "../../lib/logger.ts";
import { mayUseApi } from "../authorization.ts";
import { refusalOf } from "../error-reply.ts";
import { clientIdentity } from "./client-identity.ts";
import type { HttpExchange, HttpServices } from "./http-exchange.ts";
import { boundInFlight } from "./in-flight.ts";
import { metricsPath, metricsReply } from "./metrics-endpoint.ts";
import { isPublicPath, servePublic } from "./public-endpoints.ts";
import { parseRequestTarget } from "./request-target.ts";
import { apiReply, sendReply } from "./send-reply.ts";
import { serveApi } from "./serve-api.ts";
import { isOperationsPath, serveOperations } from "./serve-operations.ts";

const requestsMax = 200;
const watchesMax = 1000;
const retrySeconds = 1;
const methods: ReadonlyMap<string | undefined, ApiRequest["method"]> = new Map([
  ["GET", "GET"],
  ["HEAD", "GET"],
  ["POST", "POST"],
  ["PUT", "PUT"],
  ["PATCH", "PATCH"],
  ["DELETE", "DELETE"],
]);

/** Never throws and never rejects: what goes wrong is the client's answer, or the end of the connection. */
export function createRequestHandler(options: HttpServices) {
  const requests = boundInFlight(requestsMax);
  const watches = boundInFlight(watchesMax);

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    try {
      const exchange = openExchange(request, response, gone.signal);
      const isWatch = await within(requests, () => answer(exchange, options));
      if (isWatch !== undefined) await within(watches, isWatch);
    } catch (thrown) {
      if (gone.signal.aborted) return;
      await sendRefusal(request, response, thrown, options.log);
    }
  };
}

/** Answers, or returns what streams a watch once it stands, which counts as a request no longer. */
async function answer(exchange: HttpExchange, options: HttpServices): Promise<(() => Promise<void>) | undefined> {
  const { request, response, target } = exchange;
  if (isPublicPath(target.path)) {
    await sendReply(request, response, await servePublic(exchange, options));
    return undefined;
  }
  const identity = authenticate(request);
  if (options.operations !== undefined && isOperationsPath(target.path)) {
    await serveOperations(exchange, identity, options.operations);
    return undefined;
  }
  authorize(request, identity);
  if (options.metrics !== undefined && target.path === metricsPath && exchange.method === "GET") {
    await sendReply(request, response, metricsReply(options.metrics));
    return undefined;
  }
  return serveApi(exchange, identity, options);
}

function openExchange(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): HttpExchange {
  const target = parseRequestTarget(request.url ?? "");
  if (target === undefined) throw ApiError.badRequest("the path is malformed");
  const method = methods.get(request.method);
  if (method === undefined) throw ApiError.badRequest(`the method ${request.method} is not supported`);
  return { request, response, target, method, signal };
}

function authenticate(request: IncomingMessage): Identity {
  const identity = request.socket instanceof TLSSocket ? clientIdentity(request.socket) : undefined;
  if (identity === undefined) throw ApiError.unauthorized("Unauthorized: a client certificate of this fleet is needed");
  return identity;
}

function authorize(request: IncomingMessage, identity: Identity): void {
  if (!mayUseApi(identity)) {
    const [path = ""] = (request.url ?? "").split("?");
    throw ApiError.forbidden({ group: "", plural: path }, "", `user "${identity.user}" may not ${request.method} here`);
  }
  // Ignoring the header would do as oneself what was meant to be tried as somebody else.
  const impersonation = Object.keys(request.headers).find((name) => name.startsWith("impersonate-"));
  if (impersonation !== undefined) throw ApiError.badRequest("acting as somebody else (--as) is not supported");
}

async function within<T>(bound: ReturnType<typeof boundInFlight>, action: () => Promise<T>): Promise<T> {
  const leave = bound.enter();
  if (leave === undefined) throw ApiError.tooManyRequests("too many requests at once; try again", retrySeconds);
  try {
    return await action();
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
