/** When a container that ended is started again: the restart policies and the back-off of Kubernetes. */
import type { Container } from "../../api/kinds/container.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ContainerRole, PodContainer } from "./observed-pod.ts";

const firstDelayMs = 10_000;
const delayMsMax = 300_000;
/** A container that ran this long is well: its next end is treated as the first. */
const wellAfterMs = 600_000;

export type RestartPolicy = Pod["spec"]["restartPolicy"];

/** An init container runs until it has succeeded once, unless nothing in its pod is ever run twice. */
export function policyOf(pod: Pod, container: Container, role: ContainerRole): RestartPolicy {
  if (role === "app") return pod.spec.restartPolicy;
  if (isSidecar(container)) return "Always";
  return pod.spec.restartPolicy === "Never" ? "Never" : "OnFailure";
}

/** An init container that keeps running beside the pod's containers. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

export function restarts(policy: RestartPolicy, ended: PodContainer): boolean {
  return policy === "Always" || (policy === "OnFailure" && ended.exitCode !== 0);
}

/** How long `ended` must rest before its successor starts: nothing, then 10 s, doubling to 5 min. */
export function restartDelayMs(ended: PodContainer): number {
  const level = effectiveLevel(ended);
  return level === 0 ? 0 : Math.min(delayMsMax, firstDelayMs * 2 ** Math.min(level - 1, 10));
}

/** The wall time from which the successor may start; in the past where the clock has jumped back behind the end. */
export function restartAtMs(ended: PodContainer, nowMs: number): number {
  const finishedAtMs = ended.finishedAtMs ?? 0;
  // A board without a clock of its own: an end in the future says nothing about how long ago it was.
  return finishedAtMs > nowMs ? nowMs : finishedAtMs + restartDelayMs(ended);
}

/** The level that the successor of `ended` is labelled with. */
export function nextBackoffLevel(ended: PodContainer): number {
  return effectiveLevel(ended) + 1;
}

function effectiveLevel(ended: PodContainer): number {
  const { startedAtMs, finishedAtMs } = ended;
  const ranMs = startedAtMs === undefined || finishedAtMs === undefined ? 0 : finishedAtMs - startedAtMs;
  return ranMs >= wellAfterMs ? 0 : ended.backoffLevel;
}
