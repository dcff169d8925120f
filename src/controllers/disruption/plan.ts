/** How many pods of a budget may go at the moment. Pure; follows Kubernetes' disruption controller. */
import type { Pod } from "../../api/kinds/pod.ts";
import type { PodDisruptionBudget } from "../../api/kinds/policy/pod-disruption-budget.ts";
import { isConditionTrue, withCondition } from "../../api/meta/condition.ts";
import { scaledValue } from "../../api/meta/int-or-string.ts";
import { formatTime, parseTime } from "../../api/meta/time.ts";

/** A pod whose eviction was granted and that is still there after this time will not go any more. */
const deletionMsMax = 120_000;

type Status = PodDisruptionBudget["status"];

/** How many replicas the owners of the pods ask for together, or why that is not known. */
export type Scale =
  | { readonly type: "known"; readonly replicas: number }
  | { readonly type: "unknown"; readonly why: string };

export interface BudgetSnapshot {
  readonly budget: PodDisruptionBudget;
  /** Those that the budget selects. */
  readonly pods: readonly Pod[];
  /** Counts only where `asksForScale`. */
  readonly scale: Scale;
  readonly nowMs: number;
}

export interface BudgetPlan {
  readonly status: Status;
  /** When to look again although nothing changes: a granted eviction may have come to nothing. */
  readonly recheckMs: number | undefined;
}

/** Whether the budget is about the pods that there should be, rather than those that there are. */
export function asksForScale({ spec }: PodDisruptionBudget): boolean {
  return spec.maxUnavailable !== undefined || typeof spec.minAvailable === "string";
}

export function planBudget({ budget, pods, scale, nowMs }: BudgetSnapshot): BudgetPlan {
  if (asksForScale(budget) && scale.type === "unknown")
    return { status: failed(budget, scale.why, nowMs), recheckMs: undefined };
  const replicas = scale.type === "known" ? scale.replicas : 0;
  const { expectedPods, desiredHealthy } = wanted(budget, pods.length, replicas);
  const { disruptedPods, recheckMs } = stillGoing(budget.status, pods, nowMs);
  const currentHealthy = pods.filter((pod) => isHealthy(pod, disruptedPods)).length;
  const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const observedGeneration = budget.metadata.generation;
  const isAllowed = disruptionsAllowed > 0;
  const condition = {
    type: "DisruptionAllowed",
    status: isAllowed ? "True" : "False",
    reason: isAllowed ? "SufficientPods" : "InsufficientPods",
    message: "",
    observedGeneration,
  } as const;
  const conditions = withCondition(budget.status.conditions, condition, formatTime(nowMs));
  const counts = { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods };
  const remembered = Object.keys(disruptedPods).length > 0 ? { disruptedPods } : {};
  return { status: { ...counts, observedGeneration, conditions, ...remembered }, recheckMs };
}

function wanted({ spec }: PodDisruptionBudget, podCount: number, replicas: number) {
  const { maxUnavailable, minAvailable } = spec;
  if (maxUnavailable !== undefined) {
    const missing = scaledValue(maxUnavailable, replicas, "up") ?? 0;
    return { expectedPods: replicas, desiredHealthy: Math.max(0, replicas - missing) };
  }
  if (typeof minAvailable === "number") return { expectedPods: podCount, desiredHealthy: minAvailable };
  if (minAvailable === undefined) return { expectedPods: 0, desiredHealthy: 0 };
  return { expectedPods: replicas, desiredHealthy: scaledValue(minAvailable, replicas, "up") ?? replicas };
}

/** Of the pods whose eviction was granted those that are neither going yet, nor gone, nor overdue. */
function stillGoing({ disruptedPods = {} }: Status, pods: readonly Pod[], nowMs: number) {
  const waiting: Record<string, string> = {};
  let recheckMs: number | undefined;
  for (const { metadata } of pods) {
    const grantedAt = disruptedPods[metadata.name];
    if (grantedAt === undefined || metadata.deletionTimestamp !== undefined) continue;
    const leftMs = (parseTime(grantedAt) ?? 0) + deletionMsMax - nowMs;
    if (leftMs < 0) continue;
    waiting[metadata.name] = grantedAt;
    recheckMs = Math.min(recheckMs ?? leftMs, leftMs);
  }
  return { disruptedPods: waiting, recheckMs: recheckMs === undefined ? undefined : recheckMs + 1 };
}

function isHealthy({ metadata, status }: Pod, disruptedPods: Readonly<Record<string, string>>): boolean {
  if (metadata.deletionTimestamp !== undefined || Object.hasOwn(disruptedPods, metadata.name)) return false;
  return isConditionTrue(status.conditions, "Ready");
}

/** Nothing may go while nobody knows how much may. */
function failed({ status, metadata }: PodDisruptionBudget, why: string, nowMs: number): Status {
  const observedGeneration = status.observedGeneration ?? metadata.generation;
  const condition = {
    type: "DisruptionAllowed",
    status: "False",
    reason: "SyncFailed",
    message: why,
    observedGeneration,
  } as const;
  const conditions = withCondition(status.conditions, condition, formatTime(nowMs));
  return { ...status, disruptionsAllowed: 0, conditions };
}
