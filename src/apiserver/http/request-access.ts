/** Whether a request is let in: who asks, as whom, and whether they may. For plain requests and for streams alike. */
import type { IncomingMessage } from "node:http";
import { ApiError } from "../../api/api-error.ts";
import type { ApiRequest, Identity } from "../../api/exchange.ts";
import { authenticate } from "../authentication/authenticate.ts";
import { impersonated, requireImpersonation } from "../authentication/impersonate.ts";
import type { Authorizer } from "../authorization/authorizer.ts";
import type { Access } from "../authorization/create-access.ts";
import { forbidden } from "../authorization/forbidden.ts";
import { attributesOf, type RequestAttributes } from "../authorization/request-attributes.ts";
import { rightsNeeded } from "../authorization/rights-needed.ts";
import { parseRequestTarget, type RequestTarget } from "./request-target.ts";

export interface RequestLine {
  readonly target: RequestTarget;
  /** GET for HEAD. */
  readonly method: ApiRequest["method"];
}

export interface AdmittedRequest extends RequestLine {
  /** In whose name the request is carried out. */
  readonly identity: Identity;
  readonly attributes: RequestAttributes;
}

const switchingProtocols = 101;
const methods: ReadonlyMap<string | undefined, ApiRequest["method"]> = new Map([
  ["GET", "GET"],
  ["HEAD", "GET"],
  ["POST", "POST"],
  ["PUT", "PUT"],
  ["PATCH", "PATCH"],
  ["DELETE", "DELETE"],
]);

/** Throws `ApiError` (400). */
export function requestLine(request: IncomingMessage): RequestLine {
  const target = parseRequestTarget(request.url ?? "");
  if (target === undefined) throw ApiError.badRequest("the path is malformed");
  const method = methods.get(request.method);
  if (method === undefined) throw ApiError.badRequest(`the method ${request.method} is not supported`);
  return { target, method };
}

/** In whose name a request is to be carried out. Throws `ApiError`: 400, 401, or 403 where that is not for the asker. */
export async function identify(request: IncomingMessage, access: Access): Promise<Identity> {
  const asker = await authenticate(request, access.readToken);
  const target = impersonated(request);
  access.audit?.trailOf(request).identified(asker, target ?? asker);
  if (target === undefined) return asker;
  await requireImpersonation(asker, target, request.headersDistinct, access.authorizer);
  return target;
}

/**
 * Authenticates, impersonates and authorizes. The one way in for whatever a client may send: nothing of the body is
 * read, so that a request to be upgraded passes here too. Throws `ApiError`: 400, 401 or 403.
 */
export async function admitRequest(request: IncomingMessage, access: Access): Promise<AdmittedRequest> {
  const line = requestLine(request);
  const { target, method } = line;
  const attributes = attributesOf({ method, ...target });
  const trail = access.audit?.trailOf(request);
  trail?.asked(attributes);
  const isUpgrade = request.headers.upgrade !== undefined;
  try {
    const identity = await identify(request, access);
    const { needed, decision } = await decide(identity, attributes, access.authorizer);
    trail?.decided(decision, isUpgrade || attributes.verb === "watch");
    if (decision.type !== "allowed") throw forbidden(identity, needed, decision.reason);
    // What is answered over HTTP is complete before its connection is.
    if (isUpgrade) request.socket.once("close", () => trail?.complete(switchingProtocols));
    return { ...line, identity, attributes };
  } catch (thrown) {
    if (isUpgrade && thrown instanceof ApiError) trail?.complete(thrown.code);
    throw thrown;
  }
}

/** The decision on the last right that is needed, or on the first one that is missing. */
async function decide(identity: Identity, attributes: RequestAttributes, authorizer: Authorizer) {
  const [first, ...more] = rightsNeeded(attributes);
  let needed = first;
  let decision = await authorizer.authorize(identity, needed);
  for (const another of more) {
    if (decision.type !== "allowed") break;
    needed = another;
    decision = await authorizer.authorize(identity, needed);
  }
  return { needed, decision };
}
