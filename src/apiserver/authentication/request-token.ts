/** POST …/serviceaccounts/<name>/token (TokenRequest): a token for an account, which ends with what it is bound to. */
import { randomUUID } from "node:crypto";
import { ApiError } from "../../api/api-error.ts";
import type { Identity } from "../../api/exchange.ts";
import {
  type TokenRequest,
  tokenRequestSchema,
  validateTokenRequest,
} from "../../api/kinds/authentication/token-request.ts";
import { nodeResource } from "../../api/kinds/node.ts";
import { podResource } from "../../api/kinds/pod.ts";
import { secretResource } from "../../api/kinds/secret.ts";
import { serviceAccountResource } from "../../api/kinds/service-account.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { isPlainObject } from "../../api/meta/schema.ts";
import { formatTime } from "../../api/meta/time.ts";
import { parseBody } from "../../api/parse-object.ts";
import type { Resource } from "../../api/resource.ts";
import { causesText } from "../../api/validation/cause.ts";
import type { Clock } from "../../lib/clock.ts";
import { objectKey } from "../storage/object-key.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { isPod } from "../verbs/kind-guards.ts";
import type { ServiceAccountTokens } from "./service-account-tokens.ts";
import { issuer, type ObjectClaim, type TokenClaims } from "./token-claims.ts";
import { nodeOf, type ServiceAccountRef, serviceAccountUser } from "./well-known-groups.ts";

export interface TokenDesk {
  /** Who asks. */
  readonly identity: Identity;
  readonly objects: ObjectStore;
  readonly tokens: ServiceAccountTokens;
  readonly clock: Clock;
}

const apiVersion = "authentication.k8s.io/v1";

type Kind = Pick<Resource, "group" | "plural" | "namespaced">;
type BoundClaims = Pick<TokenClaims["kubernetes.io"], "pod" | "secret" | "node">;

/** The request with its answer in `status`. Throws `ApiError`: 400, 404, 409, 422 or 503. */
export async function requestToken(desk: TokenDesk, account: ServiceAccountRef, body: unknown): Promise<TokenRequest> {
  const { objects, tokens, clock } = desk;
  const request = parseTokenRequest(body, account);
  const { namespace, name } = account;
  const { metadata } = await existing(objects, serviceAccountResource, { namespace, name });
  const bound = await boundClaims(objects, account, request);
  requireOwnPod(desk.identity, account, bound);
  const { audiences, expirationSeconds } = request.spec;
  const aud = audiences.length === 0 ? [issuer] : audiences;
  const nowMs = clock.nowMs();
  const exp = Math.floor(nowMs / 1000) + expirationSeconds;
  const token = await tokens.issue({
    sub: serviceAccountUser(account),
    aud,
    exp,
    jti: randomUUID(),
    "kubernetes.io": { namespace, serviceaccount: claimOf(metadata), ...bound },
  });
  return {
    ...request,
    metadata: { ...request.metadata, name, namespace, creationTimestamp: formatTime(nowMs) },
    spec: { ...request.spec, audiences: aud },
    status: { token, expirationTimestamp: formatTime(exp * 1000) },
  };
}

/** No body, and one that does not say its kind, will do. Throws `ApiError`: 400 or 422. */
function parseTokenRequest(body: unknown, { namespace, name }: ServiceAccountRef): TokenRequest {
  const kindless = body ?? {};
  const named = isPlainObject(kindless) ? { apiVersion, kind: "TokenRequest", ...kindless } : kindless;
  const parsed = parseBody(tokenRequestSchema, named);
  if (!parsed.ok) throw ApiError.badRequest(`the token request is malformed: ${causesText(parsed.causes)}`);
  const { metadata } = parsed.value;
  if (metadata.name !== "" && metadata.name !== name) {
    throw ApiError.badRequest(`the name in the body (${metadata.name}) does not match the name in the path (${name})`);
  }
  if (metadata.namespace !== undefined && metadata.namespace !== "" && metadata.namespace !== namespace) {
    throw ApiError.badRequest(
      `the namespace in the body (${metadata.namespace}) does not match the namespace in the path (${namespace})`,
    );
  }
  const causes = validateTokenRequest(parsed.value);
  if (causes.length > 0) throw ApiError.invalid({ group: "authentication.k8s.io", kind: "TokenRequest" }, name, causes);
  return parsed.value;
}

async function boundClaims(
  objects: ObjectStore,
  { namespace, name }: ServiceAccountRef,
  { spec: { boundObjectRef: ref } }: TokenRequest,
): Promise<BoundClaims> {
  if (ref === undefined) return {};
  const { kind = "", apiVersion: version = "", name: boundName = "", uid } = ref;
  const find = async (resource: Kind) => {
    const place = resource.namespaced ? { namespace, name: boundName } : { name: boundName };
    const found = await existing(objects, resource, place);
    if (uid !== undefined && uid !== found.metadata.uid) {
      throw ApiError.conflict(
        resource,
        boundName,
        `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      );
    }
    return found;
  };
  switch (`${version}/${kind}`) {
    case "v1/Pod": {
      const pod = await find(podResource);
      if (!isPod(pod) || pod.spec.serviceAccountName !== name) {
        throw ApiError.badRequest(
          `cannot bind token for serviceaccount "${name}" to pod running with different serviceaccount name.`,
        );
      }
      return { pod: claimOf(pod.metadata), ...(await nodeClaim(objects, pod.spec.nodeName)) };
    }
    case "v1/Secret":
      return { secret: claimOf((await find(secretResource)).metadata) };
    case "v1/Node":
      return { node: claimOf((await find(nodeResource)).metadata) };
    default:
      throw ApiError.badRequest(
        `cannot bind token to object of type ${version}, Kind=${kind}: use a Pod, a Secret or a Node of v1`,
      );
  }
}

/** A board asks on behalf of a pod that it runs, and for nobody else. Throws `ApiError` (403). */
function requireOwnPod(asker: Identity, { name }: ServiceAccountRef, { pod, node }: BoundClaims): void {
  const board = nodeOf(asker);
  if (board === undefined || (pod !== undefined && node?.name === board)) return;
  throw ApiError.forbidden(
    serviceAccountResource,
    name,
    `node "${board}" requests a token that is not bound to a pod of its own`,
  );
}

/** Where a pod is that has a board. */
async function nodeClaim(objects: ObjectStore, nodeName: string | undefined): Promise<BoundClaims> {
  if (nodeName === undefined) return {};
  const found = await objects.get(objectKey(nodeResource, { name: nodeName }));
  return found === undefined ? {} : { node: claimOf(found.object.metadata) };
}

/** Asks the fleet where this voter does not know of it. Throws `ApiError` (404), and what `barrier` throws. */
async function existing(
  objects: ObjectStore,
  resource: Kind,
  place: { readonly namespace?: string; readonly name: string },
): Promise<ApiObject> {
  const key = objectKey(resource, place);
  const known = await objects.get(key);
  if (known !== undefined) return known.object;
  await objects.barrier(undefined);
  const found = await objects.get(key);
  if (found === undefined) throw ApiError.notFound(resource, place.name);
  return found.object;
}

function claimOf({ name, uid = "" }: ApiObject["metadata"]): ObjectClaim {
  return { name, uid };
}
