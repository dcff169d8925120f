/** Counts what quotas bound. Creating charges them by itself; this finds what was deleted, ended or shrunk. */
import { persistentVolumeClaimResource } from "../../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { podResource } from "../../api/kinds/pod.ts";
import { isPodFinished } from "../../api/kinds/pod-state.ts";
import { type ResourceQuota, resourceQuotaResource } from "../../api/kinds/resource-quota.ts";
import { serviceResource } from "../../api/kinds/service.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { countedKinds, tallyQuota } from "../../api/quota/tally.ts";
import type { Resource } from "../../api/resource.ts";
import { storedResources } from "../../api/resources.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import type { Change } from "../../client/informer.ts";
import { parseObjectKey } from "../../client/object-cache.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { sameJson } from "../../lib/same-json.ts";

/** For kinds that are not followed: their deletions are found by counting again. Reads alone, unless one was found. */
const recountMs = 60_000;

export function resourceQuotaController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const quotas = informers.for(resourceQuotaResource);
  const byNamespace = quotas.cache.indexBy(namespaceOf);

  async function reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    // The quota before what it counts: whatever is charged after this read makes the write below a conflict.
    const quota = await client.find(resourceQuotaResource, parseObjectKey(key), signal);
    if (quota === undefined || quota.metadata.deletionTimestamp !== undefined) return done;
    const kinds = countedKinds(quota, storedResources);
    const namespace = quota.metadata.namespace ?? "";
    const content = await Promise.all(
      kinds.map(async (resource) => ({
        resource,
        objects: (await client.list(resource, { namespace }, signal)).items,
      })),
    );
    const status = tallyQuota(quota, content);
    if (!sameJson(status, quota.status)) {
      try {
        await client.updateStatus(resourceQuotaResource, { ...quota, status }, signal);
      } catch (error) {
        if (isConflict(error)) return { kind: "retry", why: "the quota was charged meanwhile" };
        if (!isNotFound(error)) throw error;
        return done;
      }
    }
    const areFollowed = kinds.every((kind) =>
      followed.some(({ plural, group }) => kind.plural === plural && kind.group === group),
    );
    return areFollowed ? done : { kind: "after", delayMs: recountMs };
  }

  const controller = new Controller({ ...context, name: "resource-quota", reconcile, concurrency: 2 });
  const recount = (object: ApiObject) => {
    for (const { metadata } of byNamespace.get(object.metadata.namespace ?? "")) {
      controller.enqueue(`${metadata.namespace}/${metadata.name}`);
    }
  };
  const follow = <T extends ApiObject>(resource: Resource<T>, hasFreed: (change: Change<T>) => boolean) =>
    informers.for(resource).onChange((change) => {
      if (hasFreed(change)) recount(change.object);
    });

  quotas.onChange((change) => {
    if (change.type === "updated" && !isNews(change.old, change.object)) return;
    if (change.type !== "deleted") controller.enqueue(change.key);
  });
  follow(podResource, (change) => change.type === "deleted" || (change.type === "updated" && hasJustEnded(change)));
  follow(serviceResource, (change) => change.type !== "added");
  follow(persistentVolumeClaimResource, (change) => change.type === "deleted");
  return controller;
}

const followed = [podResource, serviceResource, persistentVolumeClaimResource] as const;

function namespaceOf({ metadata }: ResourceQuota): readonly string[] {
  return [metadata.namespace ?? ""];
}

/** What admission writes needs no counting. */
function isNews(before: ResourceQuota, after: ResourceQuota): boolean {
  return !sameJson(before.spec, after.spec) || !sameJson(after.status.hard, after.spec.hard);
}

function hasJustEnded({ old, object }: Extract<Change<Pod>, { type: "updated" }>): boolean {
  return isPodFinished(object) && !isPodFinished(old);
}
