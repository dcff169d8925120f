/** How many pods there should be, as those that control them say: by the `scale` of whatever kind they are. */
import { replicaSetResource } from "../../api/kinds/apps/replica-set.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { scaleSchema } from "../../api/kinds/scale.ts";
import { apiResourceListSchema } from "../../api/meta/api-resource-list.ts";
import type { OwnerReference } from "../../api/meta/object-meta.ts";
import { controllerOf } from "../../api/meta/owner.ts";
import type { ApiClient } from "../../client/api-client.ts";
import { isNotFound } from "../../client/refusal.ts";
import { successBody } from "../../client/reply.ts";
import type { Scale } from "./plan.ts";

/** Pods that nobody controls count for nothing. Throws what the client throws, but for what is not there. */
export async function scaleOfOwners(client: ApiClient, pods: readonly Pod[], signal: AbortSignal): Promise<Scale> {
  const replicasByUid = new Map<string, number>();
  const seen = new Set<string>();
  for (const pod of pods) {
    const direct = controllerOf(pod);
    if (direct === undefined || seen.has(direct.uid)) continue;
    seen.add(direct.uid);
    const namespace = pod.metadata.namespace ?? "";
    const owner = (await deploymentOf(client, namespace, direct, signal)) ?? direct;
    if (replicasByUid.has(owner.uid)) continue;
    const scale = await scaleOf(client, namespace, owner, pod.metadata.name, signal);
    if (scale.type === "unknown") return scale;
    replicasByUid.set(owner.uid, scale.replicas);
  }
  return { type: "known", replicas: Array.from(replicasByUid.values()).reduce((sum, replicas) => sum + replicas, 0) };
}

/** Of a Deployment's ReplicaSets several may have pods while it rolls: what counts is how many it wants itself. */
async function deploymentOf(
  client: ApiClient,
  namespace: string,
  owner: OwnerReference,
  signal: AbortSignal,
): Promise<OwnerReference | undefined> {
  if (owner.kind !== "ReplicaSet" || !owner.apiVersion.startsWith("apps/")) return undefined;
  const set = await client.find(replicaSetResource, { namespace, name: owner.name }, signal);
  return set === undefined || set.metadata.uid !== owner.uid ? undefined : controllerOf(set);
}

async function scaleOf(
  client: ApiClient,
  namespace: string,
  { apiVersion, kind, name }: OwnerReference,
  podName: string,
  signal: AbortSignal,
): Promise<Scale> {
  const [group = "", version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const notFound: Scale = { type: "unknown", why: `found no controllers for pod "${podName}"` };
  try {
    const { resources } = apiResourceListSchema.parse(successBody(await client.transport.request(get(root), signal)));
    const plural = resources.find((known) => known.kind === kind && !known.name.includes("/"))?.name;
    if (plural === undefined) return notFound;
    if (!resources.some((known) => known.name === `${plural}/scale`))
      return {
        type: "unknown",
        why: `${plural}${group === "" ? "" : `.${group}`} does not implement the scale subresource`,
      };
    const path = `${root}/namespaces/${namespace}/${plural}/${name}/scale`;
    const { spec } = scaleSchema.parse(successBody(await client.transport.request(get(path), signal)));
    return { type: "known", replicas: spec.replicas };
  } catch (error) {
    if (isNotFound(error)) return notFound;
    throw error;
  }
}

function get(path: string) {
  return { method: "GET", path, query: {} } as const;
}
