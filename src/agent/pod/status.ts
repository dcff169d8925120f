/** A pod's status as its board sees it. Pure: equal views give equal statuses, so that only changes are reported. */

import type { Pod } from "../../api/kinds/pod.ts";
import type { PodCondition, PodPhase, PodStatus } from "../../api/kinds/pod-status.ts";
import { findCondition, withCondition } from "../../api/meta/condition.ts";
import { formatTime } from "../../api/meta/time.ts";
import { type ContainerFacts, containerStatus } from "./container-status.ts";
import { latest, type ObservedPod } from "./observed-pod.ts";
import { hasFailed, initProgress, isOver } from "./progress.ts";
import { isSidecar } from "./restart.ts";

export interface PodFacts extends ContainerFacts {
  readonly observed: ObservedPod;
  readonly hostAddress: string | undefined;
  /** The address of the pod; the board's own where it shares the board's network. */
  readonly podAddress: string | undefined;
  /** When the board first heard of the pod. */
  readonly firstSeenMs: number;
}

/** The status to report. `previous` lends the times of conditions that have not changed. */
export function podStatus(pod: Pod, facts: PodFacts, previous: PodStatus): PodStatus {
  const { observed, hostAddress, podAddress } = facts;
  const over = isOver(pod, observed);
  const sandbox = observed.sandboxes.find(({ state }) => state === "running");
  const initDone = over || (sandbox !== undefined && initProgress(pod, observed, sandbox, facts.starting).done);
  const initContainerStatuses = pod.spec.initContainers?.map((container) =>
    containerStatus(pod, container, "init", initDone, facts),
  );
  const containerStatuses = pod.spec.containers.map((container) =>
    containerStatus(pod, container, "app", initDone, facts),
  );
  const phase = phaseOf(pod, observed, over, initDone);
  const address = podAddress ?? previous.podIP;
  return {
    ...(previous.qosClass !== undefined && { qosClass: previous.qosClass }),
    phase,
    conditions: conditionsOf(pod, facts, { phase, initDone, containerStatuses, initContainerStatuses }, previous),
    ...(hostAddress !== undefined && { hostIP: hostAddress, hostIPs: [{ ip: hostAddress }] }),
    ...(address !== undefined && { podIP: address, podIPs: [{ ip: address }] }),
    startTime: previous.startTime ?? formatTime(facts.firstSeenMs),
    ...(initContainerStatuses !== undefined && { initContainerStatuses }),
    containerStatuses,
  };
}

type Statuses = NonNullable<PodStatus["containerStatuses"]>;

function phaseOf(pod: Pod, observed: ObservedPod, over: boolean, initDone: boolean): PodPhase {
  const recorded = pod.status.phase;
  if (recorded === "Succeeded" || recorded === "Failed") return recorded;
  if (over) return hasFailed(pod, observed) ? "Failed" : "Succeeded";
  const allBegun = pod.spec.containers.every(({ name }) => latest(observed, "app", name) !== undefined);
  return initDone && allBegun ? "Running" : "Pending";
}

interface Findings {
  readonly phase: PodPhase;
  readonly initDone: boolean;
  readonly containerStatuses: Statuses;
  readonly initContainerStatuses: Statuses | undefined;
}

function conditionsOf(pod: Pod, facts: PodFacts, findings: Findings, previous: PodStatus): PodCondition[] {
  const now = formatTime(facts.nowMs);
  const since = formatTime(lastChangeMs(facts.observed) ?? facts.nowMs);
  const scheduled: PodCondition = { type: "PodScheduled", status: "True" };
  let conditions = previous.conditions ?? [];
  if (findCondition(conditions, "PodScheduled") === undefined) conditions = withCondition(conditions, scheduled, now);

  const initialized = condition("Initialized", findings.initDone, "ContainersNotInitialized", () =>
    unready(
      "incomplete",
      (findings.initContainerStatuses ?? []).filter(({ state }) => state.terminated?.exitCode !== 0),
    ),
  );
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  const waitedFor = [
    ...(findings.initContainerStatuses ?? []).filter(({ name }) => sidecars.includes(name)),
    ...findings.containerStatuses,
  ];
  const allReady = findings.phase === "Running" && waitedFor.every(({ ready }) => ready);
  const why =
    findings.phase === "Succeeded" ? "PodCompleted" : findings.phase === "Failed" ? "PodFailed" : "ContainersNotReady";
  const message = () =>
    unready(
      "unready",
      waitedFor.filter(({ ready }) => !ready),
    );
  const gatesOpen = (pod.spec.readinessGates ?? []).every(
    ({ conditionType }) => findCondition(pod.status.conditions, conditionType)?.status === "True",
  );
  for (const next of [
    initialized,
    condition("ContainersReady", allReady, why, message),
    condition("Ready", allReady && gatesOpen, allReady ? "ReadinessGatesNotReady" : why, message),
  ]) {
    conditions = withCondition(conditions, next, next.status === "True" ? since : now);
  }
  return conditions;
}

function condition(type: string, holds: boolean, reason: string, message: () => string): PodCondition {
  return holds ? { type, status: "True" } : { type, status: "False", reason, message: message() };
}

function unready(word: string, statuses: Statuses): string {
  return `containers with ${word} status: [${statuses.map(({ name }) => name).join(" ")}]`;
}

/** So that what happened while the board was cut off is reported with its own time. */
function lastChangeMs(observed: ObservedPod): number | undefined {
  const times = observed.containers.map(({ startedAtMs }) => startedAtMs).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}
