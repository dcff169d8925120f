/** Empties namespaces that are being deleted, and lets them go when they are empty. */
import { servedResources } from "../../api/custom/custom-resources.ts";
import { customResourceDefinitionResource } from "../../api/kinds/apiextensions/custom-resource-definition.ts";
import { type Namespace, namespaceResource } from "../../api/kinds/namespace.ts";
import { podResource } from "../../api/kinds/pod.ts";
import { withCondition } from "../../api/meta/condition.ts";
import { formatTime } from "../../api/meta/time.ts";
import { type AnyResource, qualifiedPlural } from "../../api/resource.ts";
import { storedResources } from "../../api/resources.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { inParallel } from "../../lib/in-parallel.ts";
import { sameJson } from "../../lib/same-json.ts";
import { isEnding, namespaceFinalizer, planNamespace, type WaitingCondition } from "./plan.ts";

const writesMax = 16;

export function namespaceController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const namespaces = informers.for(namespaceResource);
  const definitions = informers.for(customResourceDefinitionResource);
  /** One version of each kind shows the objects of all. */
  const kinds = (): AnyResource[] => {
    const custom = Array.from(definitions.cache.values()).flatMap((each) => servedResources(each).slice(0, 1));
    return [...storedResources, ...custom].filter((resource) => resource.namespaced);
  };

  async function reconcile(name: string, signal: AbortSignal): Promise<Outcome> {
    const namespace = namespaces.cache.get(name);
    if (namespace === undefined || !isEnding(namespace)) return done;
    const content = await Promise.all(
      kinds().map(async (kind) => ({
        kind,
        plural: qualifiedPlural(kind),
        objects: (await client.list(kind, { namespace: name }, signal)).items,
      })),
    );
    const plan = planNamespace(namespace, content);
    switch (plan.step) {
      case "none":
        return done;
      case "wait":
        return waiting(namespace, plan.conditions, signal);
      case "empty":
        await inParallel(plan.remove, writesMax, async ({ kind, object }) => {
          try {
            const { uid } = object.metadata;
            await client.delete(
              kind,
              object.metadata,
              { preconditions: { uid }, propagationPolicy: "Background" },
              signal,
            );
          } catch (error) {
            if (!isNotFound(error) && !isConflict(error)) throw error;
          }
        });
        return { kind: "after", delayMs: 0 };
      case "finalize":
        return finalize(namespace, signal);
    }
  }

  /** Says so, where that is news, and looks again in a while. */
  async function waiting(
    namespace: Namespace,
    news: readonly WaitingCondition[],
    signal: AbortSignal,
  ): Promise<Outcome> {
    const now = formatTime(context.clock.nowMs());
    const before = namespace.status.conditions;
    const conditions = news.reduce((known, condition) => withCondition(known, condition, now), before ?? []);
    try {
      if (!sameJson(conditions, before)) {
        const { uid } = namespace.metadata;
        const patch = { metadata: { uid }, status: { conditions } };
        await client.mergePatchStatus(namespaceResource, namespace.metadata, patch, signal);
      }
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
    return { kind: "retry", why: "its objects are on their way out" };
  }

  async function finalize(namespace: Namespace, signal: AbortSignal): Promise<Outcome> {
    const finalizers = namespace.spec.finalizers?.filter((name) => name !== namespaceFinalizer) ?? [];
    try {
      const next = { ...namespace, spec: { ...namespace.spec, finalizers } };
      await client.put(namespaceResource, next, "finalize", signal);
    } catch (error) {
      if (isConflict(error)) return { kind: "retry", why: "the namespace changed meanwhile" };
      if (!isNotFound(error)) throw error;
    }
    return done;
  }

  const controller = new Controller({ ...context, name: "namespace", reconcile, concurrency: 2 });
  namespaces.onChange(({ key, object }) => {
    if (isEnding(object)) controller.enqueue(key);
  });
  // Pods take longest: their boards must end them.
  informers.for(podResource).onChange(({ type, object }) => {
    const { namespace = "" } = object.metadata;
    if (type === "deleted" && namespaces.cache.get(namespace)?.metadata.deletionTimestamp !== undefined) {
      controller.enqueue(namespace);
    }
  });
  return controller;
}
