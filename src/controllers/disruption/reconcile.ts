/** Keeps the status of PodDisruptionBudgets: how many of their pods may go, which evictions are charged to. */
import { eventResource } from "../../api/kinds/event.ts";
import { type Pod, podResource } from "../../api/kinds/pod.ts";
import { type PodDisruptionBudget, podDisruptionBudgetResource } from "../../api/kinds/policy/pod-disruption-budget.ts";
import { isConditionTrue } from "../../api/meta/condition.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { matchesLabelSelector } from "../../api/selectors/label-selector.ts";
import { Controller, done, type Outcome } from "../../client/controller.ts";
import type { ControllerContext } from "../../client/controller-context.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { objectKey } from "../../client/object-cache.ts";
import { isConflict, isNotFound } from "../../client/refusal.ts";
import { sameJson } from "../../lib/same-json.ts";
import { scaleOfOwners } from "./owners-scale.ts";
import { asksForScale, planBudget, type Scale } from "./plan.ts";

/** How long news of pods are gathered: a board that goes takes many pods with it. */
const gatherMs = 20;
const unasked: Scale = { type: "known", replicas: 0 };

export function disruptionController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const budgets = informers.for(podDisruptionBudgetResource);
  const pods = informers.for(podResource);
  const budgetsByNamespace = budgets.cache.indexBy(namespaceOf);
  const podsByNamespace = pods.cache.indexBy(namespaceOf);
  const recorder = new EventRecorder(client, eventResource, "controllermanager", context);

  async function reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const budget = budgets.cache.get(key);
    if (budget === undefined) return done;
    const selected = podsByNamespace
      .get(budget.metadata.namespace ?? "")
      .filter(({ metadata }) => matchesLabelSelector(budget.spec.selector, metadata.labels));
    const scale = asksForScale(budget) ? await scaleOfOwners(client, selected, signal) : unasked;
    const { status, recheckMs } = planBudget({ budget, pods: selected, scale, nowMs: clock.nowMs() });
    if (!sameJson(status, budget.status)) {
      tell(budget, selected.length, scale);
      try {
        // Named with its version: an eviction that is charged meanwhile must not be forgotten.
        const written = await client.updateStatus(podDisruptionBudgetResource, { ...budget, status }, signal);
        await budgets.caughtUp(written.metadata.resourceVersion, signal);
      } catch (error) {
        if (isNotFound(error)) return done;
        if (isConflict(error)) return { kind: "retry", why: "an eviction was charged meanwhile" };
        throw error;
      }
    }
    return recheckMs === undefined ? done : { kind: "after", delayMs: recheckMs };
  }

  function tell(budget: PodDisruptionBudget, podCount: number, scale: Scale): void {
    if (podCount === 0)
      recorder.record(budget, { type: "Normal", reason: "NoPods", message: "No matching pods found" });
    if (scale.type === "known") return;
    const message = `Failed to calculate the number of expected pods: ${scale.why}`;
    recorder.record(budget, { type: "Warning", reason: "CalculateExpectedPodCountFailed", message });
  }

  const controller = new Controller({ ...context, name: "disruption", reconcile });
  const enqueueOf = (pod: Pod) => {
    for (const budget of budgetsByNamespace.get(pod.metadata.namespace ?? ""))
      if (matchesLabelSelector(budget.spec.selector, pod.metadata.labels))
        controller.enqueueAfter(objectKey(budget), gatherMs);
  };
  budgets.onChange(({ key }) => controller.enqueue(key));
  pods.onChange((change) => {
    if (change.type === "updated") {
      if (!mattersToBudgets(change.old, change.object)) return;
      enqueueOf(change.old);
    }
    enqueueOf(change.object);
  });
  return controller;
}

function namespaceOf({ metadata }: ApiObject): readonly string[] {
  return [metadata.namespace ?? ""];
}

function mattersToBudgets(old: Pod, pod: Pod): boolean {
  return !(
    sameJson(old.metadata.labels, pod.metadata.labels) &&
    sameJson(old.metadata.ownerReferences, pod.metadata.ownerReferences) &&
    old.metadata.deletionTimestamp === pod.metadata.deletionTimestamp &&
    isConditionTrue(old.status.conditions, "Ready") === isConditionTrue(pod.status.conditions, "Ready")
  );
}
