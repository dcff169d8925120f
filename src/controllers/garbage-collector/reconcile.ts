/** Deletes what nobody owns any more, whatever its kind, and lets owners go whose dependents are gone or spared. */
import type { ApiObject, OwnerReference } from "../../api/meta/object-meta.ts";
import type { AnyResource } from "../../api/resource.ts";
import type { ApiClient } from "../../client/api-client.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import type { Change } from "../../client/informer.ts";
import { objectKey } from "../../client/object-cache.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { deletionShown } from "../../client/shown.ts";
import { type GraphObject, graphKey, ObjectGraph } from "./object-graph.ts";
import { awaitsDependents, type DependentPlan, type OwnerState, ownerState, planDependent, planOwner } from "./plan.ts";

export function garbageCollectorController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const graph = new ObjectGraph(informers, (resource, change) => {
    for (const key of concerned(graph, resource, change)) controller.enqueue(key);
  });

  async function reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const found = graph.get(key);
    if (found === undefined) return done;
    const dependents = graph.dependentsOf(found.object.metadata.uid).map(({ object }) => object);
    const finalizer = planOwner(found.object, dependents);
    // Whose dependents are not all known yet must not go before them.
    if (finalizer !== undefined && !graph.synced) return { kind: "retry", why: "a kind is being listed" };
    const states = await ownerStates(client, graph, found, signal);
    const plan = planDependent(found.object, ({ uid }) => states.get(uid) ?? "present", dependents);
    try {
      if (finalizer !== undefined) await withoutFinalizer(client, found, finalizer, signal);
      else await carryOut(client, graph, found, plan, signal);
    } catch (error) {
      if (isConflict(error)) return { kind: "retry", why: "the object changed meanwhile" };
      if (!isNotFound(error)) throw error;
    }
    return done;
  }

  const controller: Controller = new Controller({ ...context, name: "garbage-collector", reconcile, concurrency: 16 });
  return controller;
}

/** Whom a change gives reason to be looked at. */
function concerned(graph: ObjectGraph, resource: AnyResource, change: Change<ApiObject>): string[] {
  const { object } = change;
  const { uid, deletionTimestamp, ownerReferences = [] } = object.metadata;
  const keys: string[] = [];
  const isGone = change.type === "deleted";
  const isOrphan = ownerReferences.some((owner) => ownerState(graph.knownOwner(owner, object)?.object) !== "present");
  if (!isGone && (isOrphan || awaitsDependents(object))) keys.push(graphKey(resource, object));
  // A dependent need not wait for an owner that has just begun to wait for it.
  if (isGone || deletionTimestamp !== undefined)
    for (const dependent of graph.dependentsOf(uid)) keys.push(graphKey(dependent.resource, dependent.object));
  const before = change.type === "updated" ? change.old : object;
  for (const reference of before.metadata.ownerReferences ?? []) {
    const owner = graph.knownOwner(reference, before);
    if (owner !== undefined && awaitsDependents(owner.object)) keys.push(graphKey(owner.resource, owner.object));
  }
  return keys;
}

async function ownerStates(
  client: ApiClient,
  graph: ObjectGraph,
  { object }: GraphObject,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, OwnerState>> {
  const states = new Map<string, OwnerState>();
  for (const owner of object.metadata.ownerReferences ?? []) {
    states.set(owner.uid, await stateOf(client, graph, owner, object, signal));
  }
  return states;
}

async function stateOf(
  client: ApiClient,
  graph: ObjectGraph,
  reference: OwnerReference,
  dependent: ApiObject,
  signal: AbortSignal,
): Promise<OwnerState> {
  const known = graph.knownOwner(reference, dependent);
  if (known !== undefined) return ownerState(known.object);
  const place = graph.placeOf(reference, dependent);
  if (place.type === "nowhere") return "present";
  // What is known of the owner may be older than its dependent: only the API itself knows that it is gone.
  const current = await client.find(place.resource, place, signal);
  return ownerState(current?.metadata.uid === reference.uid ? current : undefined);
}

async function carryOut(
  client: ApiClient,
  graph: ObjectGraph,
  { resource, object }: GraphObject,
  plan: DependentPlan,
  signal: AbortSignal,
): Promise<void> {
  const { uid, resourceVersion, ownerReferences = [] } = object.metadata;
  const informer = graph.informerOf(resource);
  switch (plan.action) {
    case "keep":
      return;
    case "delete": {
      // Whoever has gained an owner since must not go.
      const preconditions = { uid, resourceVersion };
      await client.delete(resource, object.metadata, { preconditions, propagationPolicy: plan.policy }, signal);
      if (informer !== undefined) await deletionShown(informer, objectKey(object), uid, signal);
      return;
    }
    case "release":
    case "unblock": {
      const references =
        plan.action === "release"
          ? ownerReferences.filter((owner) => !plan.uids.includes(owner.uid))
          : ownerReferences.map(({ blockOwnerDeletion: _, ...owner }) => owner);
      const patch = { metadata: { uid, resourceVersion, ownerReferences: presentOrNull(references) } };
      const written = await client.mergePatch(resource, object.metadata, patch, signal);
      await informer?.caughtUp(written.metadata.resourceVersion, signal);
    }
  }
}

async function withoutFinalizer(
  client: ApiClient,
  { resource, object }: GraphObject,
  finalizer: string,
  signal: AbortSignal,
): Promise<void> {
  const { uid, resourceVersion } = object.metadata;
  const finalizers = presentOrNull(object.metadata.finalizers?.filter((name) => name !== finalizer));
  await client.mergePatch(resource, object.metadata, { metadata: { uid, resourceVersion, finalizers } }, signal);
}

/** For a merge patch, in which null takes a field away: Kubernetes shows no empty lists in metadata. */
function presentOrNull<T>(items: readonly T[] = []): readonly T[] | null {
  return items.length > 0 ? items : null;
}
