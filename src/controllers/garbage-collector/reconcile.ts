/** Deletes what nobody owns any more. */

import { daemonSetResource } from "../../api/kinds/daemon-set.ts";
import { podResource } from "../../api/kinds/pod.ts";
import type { ApiObject, OwnerReference } from "../../api/meta/object-meta.ts";
import type { AnyResource, Resource } from "../../api/resource.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import type { Informer } from "../../client/informer.ts";
import { objectKey, parseObjectKey } from "../../client/object-cache.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { deletionShown } from "../../client/shown.ts";
import { byOwnerUid } from "../indexes.ts";
import { type OwnerState, ownerState, planDependent, planOwner } from "./plan.ts";

/** Watches DaemonSets as owners and pods as dependents; a further workload kind is a further line here. */
export function garbageCollectorControllers(context: ControllerContext): Controller[] {
  return [
    dependentsController(context, podResource, daemonSetResource),
    ownersController(context, daemonSetResource, podResource),
  ];
}

/** Deletes or releases dependents whose owner goes. */
function dependentsController<D extends ApiObject, O extends ApiObject>(
  context: ControllerContext,
  dependentKind: Resource<D>,
  ownerKind: Resource<O>,
): Controller {
  const { client, informers } = context;
  const dependents = informers.for(dependentKind);
  const owners = informers.for(ownerKind);
  const byOwner = dependents.cache.indexBy(byOwnerUid);

  async function reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const object = dependents.cache.get(key);
    if (object === undefined) return done;
    const states = new Map<string, OwnerState>();
    for (const owner of object.metadata.ownerReferences ?? []) {
      states.set(owner.uid, await stateOf(owner, object, signal));
    }
    const plan = planDependent(object, (owner) => states.get(owner.uid) ?? "present");
    const { uid, resourceVersion } = object.metadata;
    try {
      if (plan.action === "delete") {
        const options = { preconditions: { uid }, propagationPolicy: "Background" as const };
        await client.delete(dependentKind, parseObjectKey(key), options, signal);
        await deletionShown(dependents, key, uid, signal);
      } else if (plan.action === "release") {
        const ownerReferences = object.metadata.ownerReferences?.filter((owner) => !plan.uids.includes(owner.uid));
        const patch = { metadata: { uid, resourceVersion, ownerReferences } };
        const written = await client.mergePatch(dependentKind, parseObjectKey(key), patch, signal);
        await dependents.caughtUp(written.metadata.resourceVersion, signal);
      }
    } catch (error) {
      if (isConflict(error)) return { kind: "retry", why: "the object changed meanwhile" };
      if (!isNotFound(error)) throw error;
    }
    return done;
  }

  async function stateOf(reference: OwnerReference, dependent: D, signal: AbortSignal): Promise<OwnerState> {
    // Owners of kinds that are not followed are nobody's business here.
    if (reference.kind !== ownerKind.kind) return "present";
    const ref = { name: reference.name, namespace: dependent.metadata.namespace };
    const cached = owners.cache.get(objectKey({ metadata: ref }));
    if (cached?.metadata.uid === reference.uid) return ownerState(cached);
    // The cache may be behind the dependent's: only the API itself knows that the owner is gone.
    const current = await client.find(ownerKind, ref, signal);
    return ownerState(current?.metadata.uid === reference.uid ? current : undefined);
  }

  const name = `garbage-collector/${dependentKind.plural}`;
  const controller = new Controller({ ...context, name, reconcile, concurrency: 16 });
  dependents.onChange(({ type, key, object }) => {
    if (type !== "deleted" && !isOwned(object, owners)) controller.enqueue(key);
  });
  owners.onChange(({ type, object }) => {
    if (type !== "deleted" && object.metadata.deletionTimestamp === undefined) return;
    for (const dependent of byOwner.get(object.metadata.uid ?? "")) controller.enqueue(objectKey(dependent));
  });
  return controller;
}

/** Removes an owner's finalizer once its dependents have gone or been released. */
function ownersController(context: ControllerContext, ownerKind: AnyResource, dependentKind: AnyResource): Controller {
  const { client, informers } = context;
  const owners = informers.for(ownerKind);
  const dependents = informers.for(dependentKind);
  const byOwner = dependents.cache.indexBy(byOwnerUid);

  async function reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const owner = owners.cache.get(key);
    if (owner === undefined) return done;
    const finalizer = planOwner(owner, byOwner.get(owner.metadata.uid ?? ""));
    if (finalizer === undefined) return done;
    const { uid, resourceVersion } = owner.metadata;
    const finalizers = owner.metadata.finalizers?.filter((name) => name !== finalizer);
    try {
      await client.mergePatch(
        ownerKind,
        parseObjectKey(key),
        { metadata: { uid, resourceVersion, finalizers } },
        signal,
      );
    } catch (error) {
      if (isConflict(error)) return { kind: "retry", why: "the owner changed meanwhile" };
      if (!isNotFound(error)) throw error;
    }
    return done;
  }

  const controller = new Controller({ ...context, name: `garbage-collector/${ownerKind.plural}`, reconcile });
  owners.onChange(({ key, object }) => {
    if (object.metadata.deletionTimestamp !== undefined) controller.enqueue(key);
  });
  dependents.onChange((change) => {
    const before = change.type === "updated" ? change.old : change.object;
    for (const owner of before.metadata.ownerReferences ?? []) {
      const key = objectKey({ metadata: { name: owner.name, namespace: before.metadata.namespace } });
      if (owners.cache.get(key)?.metadata.deletionTimestamp !== undefined) controller.enqueue(key);
    }
  });
  return controller;
}

function isOwned(object: ApiObject, owners: Informer<ApiObject>): boolean {
  return (object.metadata.ownerReferences ?? []).every((reference) => {
    const owner = owners.cache.get(
      objectKey({ metadata: { name: reference.name, namespace: object.metadata.namespace } }),
    );
    return owner?.metadata.uid === reference.uid && owner.metadata.deletionTimestamp === undefined;
  });
}
