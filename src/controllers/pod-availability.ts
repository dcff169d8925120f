/** Whether a pod serves, and for how long it has. */
import type { Pod } from "../api/kinds/pod.ts";
import { findCondition } from "../api/meta/condition.ts";
import { parseTime } from "../api/meta/time.ts";

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** How long until the pod counts as available if it stays ready: 0 when it is, undefined while it is not ready. */
export function availableInMs(pod: Pod, minReadySeconds: number, nowMs: number): number | undefined {
  const ready = findCondition(pod.status.conditions, "Ready");
  if (ready?.status !== "True") return undefined;
  if (minReadySeconds === 0) return 0;
  const sinceMs = parseTime(ready.lastTransitionTime ?? "");
  // A board's clock may be ahead of ours: no wait is longer than the whole span.
  if (sinceMs === undefined) return 0;
  return Math.min(minReadySeconds * 1000, Math.max(0, sinceMs + minReadySeconds * 1000 - nowMs));
}
