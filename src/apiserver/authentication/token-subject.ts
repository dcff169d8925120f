/** Whether those a token speaks of are still there: a token ends with its account, and with what it is bound to. */
import type { Identity } from "../../api/exchange.ts";
import { nodeResource } from "../../api/kinds/node.ts";
import { podResource } from "../../api/kinds/pod.ts";
import { secretResource } from "../../api/kinds/secret.ts";
import { serviceAccountResource } from "../../api/kinds/service-account.ts";
import { parseTime } from "../../api/meta/time.ts";
import type { Resource } from "../../api/resource.ts";
import { objectKey } from "../storage/object-key.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import type { ObjectClaim, TokenClaims } from "./token-claims.ts";
import { authenticatedGroup, serviceAccountGroups, serviceAccountUser } from "./well-known-groups.ts";

/** An account or a pod that is being deleted may finish what it does, for so long after its grace period. */
const deletionGraceMs = 60_000;
const extraPrefix = "authentication.kubernetes.io";

type Kind = Pick<Resource, "group" | "plural" | "namespaced">;
type Objects = Pick<ObjectStore, "get">;

/** Undefined where an object of the token is gone, or is another one of the same name. */
export async function subjectOf(claims: TokenClaims, objects: Objects, nowMs: number): Promise<Identity | undefined> {
  const { namespace, serviceaccount, pod, secret, node } = claims["kubernetes.io"];
  const user = serviceAccountUser({ namespace, name: serviceaccount.name });
  if (claims.sub !== user) return undefined;
  const isThere = (kind: Kind, claim: ObjectClaim | undefined) =>
    claim === undefined || isObjectThere(objects, kind, { namespace, claim }, nowMs);
  const standing = await Promise.all([
    isThere(serviceAccountResource, serviceaccount),
    isThere(podResource, pod),
    isThere(secretResource, secret),
    // A pod's token says where the pod is; that board's Node need not outlive the pod.
    pod === undefined ? isThere(nodeResource, node) : true,
  ]);
  if (standing.includes(false)) return undefined;
  return {
    user,
    groups: [...serviceAccountGroups(namespace), authenticatedGroup],
    uid: serviceaccount.uid,
    extra: extraOf(claims),
  };
}

async function isObjectThere(
  objects: Objects,
  kind: Kind,
  { namespace, claim }: { readonly namespace: string; readonly claim: ObjectClaim },
  nowMs: number,
): Promise<boolean> {
  const place = kind.namespaced ? { namespace, name: claim.name } : { name: claim.name };
  const found = await objects.get(objectKey(kind, place));
  if (found === undefined) return false;
  const { uid, deletionTimestamp } = found.object.metadata;
  if (uid !== claim.uid) return false;
  return deletionTimestamp === undefined || nowMs < (parseTime(deletionTimestamp) ?? 0) + deletionGraceMs;
}

function extraOf({ jti, "kubernetes.io": { pod, node } }: TokenClaims): Record<string, readonly string[]> {
  return {
    ...(jti !== undefined && { [`${extraPrefix}/credential-id`]: [`JTI=${jti}`] }),
    ...(pod !== undefined && { [`${extraPrefix}/pod-name`]: [pod.name], [`${extraPrefix}/pod-uid`]: [pod.uid] }),
    ...(node !== undefined && { [`${extraPrefix}/node-name`]: [node.name], [`${extraPrefix}/node-uid`]: [node.uid] }),
  };
}
