/** From a request to the verb that answers it. */
import { ApiError } from "../api/api-error.ts";
import type { ApiReply, ApiRequest, Identity } from "../api/exchange.ts";
import type { AnyResource } from "../api/resource.ts";
import { requestToken } from "./authentication/request-token.ts";
import { answerReview } from "./authorization/reviews/answer-review.ts";
import type { ServedKinds } from "./custom-kinds/served-kinds.ts";
import { discover } from "./routing/discovery.ts";
import { findServed } from "./routing/find-served.ts";
import { parseRoute, type ResourcePath } from "./routing/route.ts";
import { isMeasured } from "./usage/measured-kinds.ts";
import { bindPod } from "./verbs/bind-pod.ts";
import { createObject } from "./verbs/create-object.ts";
import { deleteCollection, deleteObject } from "./verbs/delete-object.ts";
import { evictPod } from "./verbs/evict-pod.ts";
import { getObject, getObjectText } from "./verbs/get-object.ts";
import { listObjects, listObjectsText } from "./verbs/list-objects.ts";
import { mergeApproval, mergeEphemeralContainers, mergeFinalizers, mergeStatus, mergeWhole } from "./verbs/merge.ts";
import { patchObject } from "./verbs/patch-object.ts";
import { getScale, patchScale, replaceScale } from "./verbs/scale-object.ts";
import { putObject, replaceObject } from "./verbs/update-object.ts";
import type { ObjectRequest, ServerContext, VerbRequest } from "./verbs/verb-context.ts";

export interface Caller {
  readonly identity: Identity;
  /** See `Txn`. */
  readonly fence: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Tells the client something that refuses nothing. */
  readonly warn: (text: string) => void;
  /** Tells the audit log something. */
  readonly note: (key: string, value: string) => void;
}

/** What verbs stand on, by the kind that a request is for: not all kinds are kept in one place. */
export type ContextOf = (resource: AnyResource) => ServerContext;

/** What requests are dispatched among. */
export interface Dispatching {
  readonly kinds: ServedKinds;
  readonly contextOf: ContextOf;
}

/** Throws `ApiError`, and whatever the store throws. */
export async function dispatch(
  { kinds, contextOf }: Dispatching,
  request: ApiRequest,
  caller: Caller,
): Promise<ApiReply> {
  const route = parseRoute(request.path);
  if (route?.type !== "resource") {
    const isAsked = route !== undefined && request.method === "GET";
    const document = isAsked ? discover(route, await kinds.all(), request.userAgent) : undefined;
    if (document === undefined) throw ApiError.noSuchPath();
    return { status: 200, body: document };
  }
  const { name, subresource } = route.path;
  const verb = await toVerbRequest(kinds, request, route.path, caller);
  const context = contextOf(verb.resource);
  if (name === undefined) return onCollection(context, verb, request.method);
  if (subresource === undefined) return onObject(context, { ...verb, name }, request.method);
  return onSubresource(context, { ...verb, name }, request.method, subresource);
}

/** Throws `ApiError` (404) where no kind is served at the path. */
export async function toVerbRequest(
  kinds: ServedKinds,
  request: ApiRequest,
  path: ResourcePath,
  caller: Caller,
): Promise<VerbRequest> {
  const resource = await findServed(kinds, path);
  if (resource === undefined) throw ApiError.noSuchPath();
  if (resource.deprecationWarning !== undefined) caller.warn(resource.deprecationWarning);
  const { query = {}, contentType, body, duplicateFields, userAgent, asText = false } = request;
  const { namespace, subresource } = path;
  return { resource, namespace, subresource, query, contentType, body, duplicateFields, userAgent, asText, ...caller };
}

async function onCollection(context: ServerContext, request: VerbRequest, method: Method): Promise<ApiReply> {
  if (isAskedOnly(request.resource)) {
    if (method !== "POST") throw ApiError.methodNotAllowed(request.resource, method);
    return { status: 201, body: await answerReview(context.access, request) };
  }
  const { measured } = context;
  if (isMeasured(request.resource)) {
    if (method !== "GET" || measured === undefined) throw ApiError.methodNotAllowed(request.resource, method);
    return { status: 200, body: await measured.list(request) };
  }
  switch (method) {
    case "GET":
      return { status: 200, body: await (request.asText ? listObjectsText : listObjects)(context, request) };
    case "POST":
      return { status: 201, body: await createObject(context, request) };
    case "DELETE":
      return { status: 200, body: await deleteCollection(context, request) };
    default:
      throw ApiError.methodNotAllowed(request.resource, method);
  }
}

async function onObject(context: ServerContext, request: ObjectRequest, method: Method): Promise<ApiReply> {
  const { measured } = context;
  if (isMeasured(request.resource)) {
    if (method !== "GET" || measured === undefined) throw ApiError.methodNotAllowed(request.resource, method);
    return { status: 200, body: await measured.get(request) };
  }
  switch (method) {
    case "GET":
      return { status: 200, body: await (request.asText ? getObjectText : getObject)(context, request) };
    case "PUT":
      return putObject(context, request);
    case "PATCH":
      return patchObject(context, request, mergeWhole);
    case "DELETE":
      return { status: 200, body: await deleteObject(context, request) };
    default:
      throw ApiError.methodNotAllowed(request.resource, method);
  }
}

async function onSubresource(
  context: ServerContext,
  request: ObjectRequest,
  method: Method,
  subresource: string,
): Promise<ApiReply> {
  if (!request.resource.subresources.some((served) => served === subresource)) throw ApiError.noSuchPath();
  switch (`${method} ${subresource}`) {
    case "GET status":
      return { status: 200, body: await getObject(context, request) };
    case "PUT status":
      return { status: 200, body: await replaceObject(context, request, mergeStatus) };
    case "PATCH status":
      return patchObject(context, request, mergeStatus);
    case "POST binding":
      return { status: 201, body: await bindPod(context, request) };
    case "POST eviction":
      return { status: 201, body: await evictPod(context, request) };
    case "GET scale":
      return { status: 200, body: await getScale(context, request) };
    case "PUT scale":
      return replaceScale(context, request);
    case "PATCH scale":
      return patchScale(context, request);
    case "GET ephemeralcontainers":
    case "GET approval":
      return { status: 200, body: await getObject(context, request) };
    case "PUT ephemeralcontainers":
      return { status: 200, body: await replaceObject(context, request, mergeEphemeralContainers) };
    case "PATCH ephemeralcontainers":
      return patchObject(context, request, mergeEphemeralContainers);
    case "PUT approval":
      return { status: 200, body: await replaceObject(context, request, mergeApproval) };
    case "PATCH approval":
      return patchObject(context, request, mergeApproval);
    case "POST token":
      return { status: 201, body: await tokenFor(context, request) };
    case "PUT finalize":
      return { status: 200, body: await replaceObject(context, request, mergeFinalizers) };
    default:
      throw ApiError.methodNotAllowed(request.resource, method);
  }
}

/** A kind that is answered and never stored. */
function isAskedOnly({ verbs }: AnyResource): boolean {
  return verbs.length === 1 && verbs[0] === "create";
}

function tokenFor({ fleet, access: { tokens }, clock }: ServerContext, request: ObjectRequest) {
  const { identity, namespace = "", name, body } = request;
  return requestToken({ identity, objects: fleet, tokens, clock }, { namespace, name }, body);
}

type Method = ApiRequest["method"];
