/** Whether a pod may be evicted, by the budgets that it is in. Pure; follows Kubernetes' eviction subresource. */
import { ApiError } from "../../api/api-error.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { type PodDisruptionBudget, podDisruptionBudgetResource } from "../../api/kinds/policy/pod-disruption-budget.ts";
import { isConditionTrue, withCondition } from "../../api/meta/condition.ts";
import { matchesLabelSelector } from "../../api/selectors/label-selector.ts";

/** So many evictions a budget remembers until its controller has seen the pods go. */
const disruptedPodsMax = 2000;
const unprocessedRetrySeconds = 10;

/** Pods that serve nobody, or are on their way out, take nothing from a budget. */
const idlePhases: ReadonlySet<string | undefined> = new Set(["Pending", "Succeeded", "Failed"]);

/**
 * The budget as it is once the pod has gone; undefined where no budget is touched. Throws `ApiError`: 429 where the
 * pod may not go at the moment.
 */
export function planEviction(
  pod: Pod,
  budgets: readonly PodDisruptionBudget[],
  now: string,
): PodDisruptionBudget | undefined {
  if (pod.metadata.deletionTimestamp !== undefined || idlePhases.has(pod.status.phase)) return undefined;
  const [budget, ...more] = budgets.filter(({ spec }) => matchesLabelSelector(spec.selector, pod.metadata.labels));
  if (more.length > 0) {
    throw ApiError.internal(
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  }
  return budget === undefined || isExempt(pod, budget) ? undefined : charged(budget, pod, now);
}

/** A pod that is not ready may go: always, or while enough others are. */
function isExempt({ status }: Pod, budget: PodDisruptionBudget): boolean {
  if (isConditionTrue(status.conditions, "Ready")) return false;
  if (budget.spec.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  const { currentHealthy, desiredHealthy } = budget.status;
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

function charged(budget: PodDisruptionBudget, pod: Pod, now: string): PodDisruptionBudget {
  const { metadata, status } = budget;
  const { name } = metadata;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    const why = `The disruption budget ${name} is still being processed by the server.`;
    throw ApiError.disruptionRefused(why, unprocessedRetrySeconds);
  }
  const { disruptionsAllowed, desiredHealthy, currentHealthy, disruptedPods = {} } = status;
  if (Object.keys(disruptedPods).length > disruptedPodsMax) {
    const why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller";
    throw ApiError.forbidden(podDisruptionBudgetResource, name, why);
  }
  if (disruptionsAllowed <= 0) {
    const why = `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
    throw ApiError.disruptionRefused(why, 0);
  }
  const left = disruptionsAllowed - 1;
  const exhausted = { type: "DisruptionAllowed", status: "False", reason: "InsufficientPods", message: "" } as const;
  const conditions = left === 0 ? withCondition(status.conditions, exhausted, now) : status.conditions;
  const disrupted = { ...disruptedPods, [pod.metadata.name]: now };
  return { ...budget, status: { ...status, disruptionsAllowed: left, conditions, disruptedPods: disrupted } };
}
