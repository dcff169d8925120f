/** One container's part of its pod's status. */
import type { Container } from "../../api/kinds/container.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ContainerState, ContainerStatus } from "../../api/kinds/pod-status.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { ObservedPod, PodContainer } from "./observed-pod.ts";
import { isSidecar, policyOf, restartAtMs, restartDelayMs, restarts } from "./restart.ts";

/** Why a step failed, in the words of Kubernetes: `ErrImageNeverPull`, `CreateContainerConfigError`. */
export interface Problem {
  readonly reason: string;
  readonly message: string;
}

export interface ContainerFacts {
  readonly observed: ObservedPod;
  /** By container name; the empty name stands for the pod. */
  readonly problems: ReadonlyMap<string, Problem>;
  readonly starting: ReadonlySet<string>;
  /** Containers whose readiness probe has not succeeded. */
  readonly unready: ReadonlySet<string>;
  readonly nowMs: number;
}

export function containerStatus(
  pod: Pod,
  container: Container,
  role: "init" | "app",
  initDone: boolean,
  facts: ContainerFacts,
): ContainerStatus {
  const [newest, before] = facts.observed.containers.filter((one) => one.role === role && one.name === container.name);
  const state = stateOf(pod, container, role, initDone, newest, facts);
  const last = state.terminated === undefined && newest?.state === "exited" ? newest : before;
  const started = newest?.state === "running" && !facts.starting.has(newest.id);
  return {
    name: container.name,
    state,
    lastState: last?.state === "exited" ? terminated(last) : {},
    ready:
      role === "init" && !isSidecar(container)
        ? state.terminated?.exitCode === 0
        : started && !facts.unready.has(newest.id),
    restartCount: newest?.attempt ?? 0,
    image: container.image ?? "",
    imageID: newest === undefined ? "" : `docker://${newest.imageId}`,
    ...(newest !== undefined && { containerID: `docker://${newest.id}` }),
    started,
  };
}

function stateOf(
  pod: Pod,
  container: Container,
  role: "init" | "app",
  initDone: boolean,
  newest: PodContainer | undefined,
  facts: ContainerFacts,
): ContainerState {
  const problem = facts.problems.get(container.name);
  if (newest?.state === "running") {
    return { running: { startedAt: formatTime(newest.startedAtMs ?? newest.createdAtMs) } };
  }
  if (newest?.state === "exited") {
    const isDeleted = pod.metadata.deletionTimestamp !== undefined;
    if (isDeleted || !restarts(policyOf(pod, container, role), newest)) return terminated(newest);
    if (problem !== undefined) return { waiting: problem };
    if (restartAtMs(newest, facts.nowMs) > facts.nowMs) return { waiting: crashLoop(pod, container, newest) };
    return terminated(newest);
  }
  if (problem !== undefined) return { waiting: problem };
  const ofPod = facts.problems.get("");
  const reason = role === "app" && !initDone ? "PodInitializing" : "ContainerCreating";
  return { waiting: ofPod === undefined ? { reason } : { reason, message: ofPod.message } };
}

function crashLoop(pod: Pod, container: Container, ended: PodContainer): Problem {
  const seconds = restartDelayMs(ended) / 1000;
  const { namespace, name, uid } = pod.metadata;
  return {
    reason: "CrashLoopBackOff",
    message: `back-off ${seconds}s restarting failed container=${container.name} pod=${name}_${namespace}(${uid})`,
  };
}

function terminated(container: PodContainer): ContainerState {
  const { exitCode, outOfMemory, startedAtMs, finishedAtMs, error, id } = container;
  return {
    terminated: {
      exitCode,
      reason: outOfMemory ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error",
      ...(error !== "" && { message: error }),
      ...(startedAtMs !== undefined && { startedAt: formatTime(startedAtMs) }),
      ...(finishedAtMs !== undefined && { finishedAt: formatTime(finishedAtMs) }),
      containerID: `docker://${id}`,
    },
  };
}
