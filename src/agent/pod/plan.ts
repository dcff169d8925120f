/**
 * Decides the next step of one pod: what it should be compared with what the engine holds. Levels only: the same view
 * always yields the same step, whatever happened in between, and a step that is repeated does no harm.
 */
import type { Container } from "../../api/kinds/container.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ContainerRole, ObservedPod, PodContainer } from "./observed-pod.ts";
import { latest } from "./observed-pod.ts";
import { initProgress, isOver } from "./progress.ts";
import { isSidecar, nextBackoffLevel, policyOf, restartAtMs, restarts } from "./restart.ts";

export interface PodView {
  /** Undefined once the slice no longer names the pod. */
  readonly pod: Pod | undefined;
  readonly observed: ObservedPod;
  readonly memory: PodMemory;
  readonly nowMs: number;
}

/** What the agent knows beside the engine; all of it is found out again after a restart. */
export interface PodMemory {
  /** The pod's directory and volumes have been made; what they hold may be brought up to date at any time. */
  readonly filesReady: boolean;
  /** Containers whose liveness or startup probe has failed. */
  readonly unhealthy: ReadonlySet<string>;
  /** Containers whose startup probe has yet to succeed. */
  readonly starting: ReadonlySet<string>;
  /** The sandbox that has its address. */
  readonly attachedSandbox: string | undefined;
  /** When a failed step may be tried again, by container name; the empty name stands for the pod. */
  readonly retryAtMs: ReadonlyMap<string, number>;
  /** A pod of the same name that is still ending holds the name, and with it hostname and claims. */
  readonly nameTaken: boolean;
  readonly filesGone: boolean;
}

export type PodStep =
  | { readonly type: "prepareFiles" }
  | { readonly type: "createSandbox" }
  | { readonly type: "attachNetwork"; readonly sandbox: PodContainer }
  | {
      readonly type: "startContainer";
      readonly container: Container;
      readonly role: ContainerRole;
      readonly sandbox: PodContainer;
      readonly attempt: number;
      readonly backoffLevel: number;
    }
  /** In parallel, within one grace period. */
  | {
      readonly type: "stop";
      readonly containers: readonly PodContainer[];
      readonly graceSeconds: number;
      readonly why: StopReason;
    }
  | { readonly type: "remove"; readonly containers: readonly PodContainer[] }
  | { readonly type: "removeSandbox"; readonly sandboxes: readonly PodContainer[] }
  | { readonly type: "removeFiles" };

export type StopReason = "deleted" | "unhealthy" | "imageChanged" | "sandboxLost" | "podFinished";

export type PodPlan =
  | PodStep
  /** Nothing to do before `untilMs` (wall time) unless something changes. */
  | { readonly type: "wait"; readonly untilMs: number | undefined }
  /** Nothing of the pod is left on the board. */
  | { readonly type: "gone" };

const settled: PodPlan = { type: "wait", untilMs: undefined };

export function planPod(view: PodView): PodPlan {
  const { pod, observed } = view;
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return planEnd(view);
  if (isOver(pod, observed)) return planFinished(pod, observed);
  return planLeftovers(observed, pod) ?? planSandbox(view, pod) ?? planContainers(view, pod);
}

function planEnd({ pod, observed, memory }: PodView): PodPlan {
  const running = observed.containers.filter(({ state }) => state === "running");
  if (running.length > 0) {
    const graceSeconds =
      pod === undefined
        ? Math.max(...running.map((container) => container.graceSeconds))
        : (pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds);
    return { type: "stop", containers: running, graceSeconds, why: "deleted" };
  }
  if (observed.sandboxes.length > 0) return { type: "removeSandbox", sandboxes: observed.sandboxes };
  if (observed.containers.length > 0) return { type: "remove", containers: observed.containers };
  return memory.filesGone ? { type: "gone" } : { type: "removeFiles" };
}

/** Containers that ended stay, for their logs and exit codes; everything else is given back. */
function planFinished(pod: Pod, observed: ObservedPod): PodPlan {
  const running = observed.containers.filter(({ state }) => state === "running");
  if (running.length > 0) {
    const graceSeconds = pod.spec.terminationGracePeriodSeconds;
    return { type: "stop", containers: running, graceSeconds, why: "podFinished" };
  }
  if (observed.sandboxes.length > 0) return { type: "removeSandbox", sandboxes: observed.sandboxes };
  return settled;
}

/** What an interrupted start, a lost sandbox or a superseded attempt left behind. */
function planLeftovers(observed: ObservedPod, pod: Pod): PodPlan | undefined {
  const live = liveSandbox(observed);
  const orphans = observed.containers.filter(({ state, sandboxId }) => state === "running" && sandboxId !== live?.id);
  if (orphans.length > 0) {
    const graceSeconds = pod.spec.terminationGracePeriodSeconds;
    return { type: "stop", containers: orphans, graceSeconds, why: "sandboxLost" };
  }
  const stale = observed.sandboxes.filter((sandbox) => sandbox !== live);
  if (stale.length > 0) return { type: "removeSandbox", sandboxes: stale };
  const useless = observed.containers.filter(
    (container) => container.state === "created" || isForgotten(container, observed),
  );
  return useless.length > 0 ? { type: "remove", containers: useless } : undefined;
}

/** The newest container of a name and the one before it are kept: `state` and `lastState` of the status. */
function isForgotten(container: PodContainer, observed: ObservedPod): boolean {
  const newest = latest(observed, container.role, container.name);
  return newest !== undefined && container.attempt < newest.attempt - 1;
}

function liveSandbox(observed: ObservedPod): PodContainer | undefined {
  return observed.sandboxes.find(({ state }) => state === "running");
}

function planSandbox({ observed, memory, nowMs }: PodView, pod: Pod): PodPlan | undefined {
  const live = liveSandbox(observed);
  if (live !== undefined && memory.filesReady && isAttached(pod, live, memory)) return undefined;
  if (memory.nameTaken) return settled;
  const untilMs = memory.retryAtMs.get("");
  if (untilMs !== undefined && untilMs > nowMs) return { type: "wait", untilMs };
  if (!memory.filesReady) return { type: "prepareFiles" };
  return live === undefined ? { type: "createSandbox" } : { type: "attachNetwork", sandbox: live };
}

function isAttached(pod: Pod, sandbox: PodContainer, memory: PodMemory): boolean {
  return pod.spec.hostNetwork === true || memory.attachedSandbox === sandbox.id;
}

function planContainers(view: PodView, pod: Pod): PodPlan {
  const sandbox = liveSandbox(view.observed);
  if (sandbox === undefined) return settled;
  const due: PodPlan[] = [];
  const progress = initProgress(pod, view.observed, sandbox, view.memory.starting);
  for (const container of pod.spec.initContainers ?? []) {
    if (!isSidecar(container) || !progress.begun.has(container.name)) continue;
    due.push(planContainer(view, pod, container, "init", sandbox));
  }
  if (progress.next !== undefined) due.push(planContainer(view, pod, progress.next, "init", sandbox));
  if (progress.done)
    for (const container of pod.spec.containers) due.push(planContainer(view, pod, container, "app", sandbox));
  return soonest(due);
}

function planContainer(
  view: PodView,
  pod: Pod,
  container: Container,
  role: ContainerRole,
  sandbox: PodContainer,
): PodPlan {
  const { observed, memory, nowMs } = view;
  const newest = latest(observed, role, container.name);
  if (newest?.state === "running") {
    const graceSeconds = pod.spec.terminationGracePeriodSeconds;
    if (memory.unhealthy.has(newest.id)) return { type: "stop", containers: [newest], graceSeconds, why: "unhealthy" };
    if (newest.image === (container.image ?? "")) return settled;
    return { type: "stop", containers: [newest], graceSeconds, why: "imageChanged" };
  }
  let untilMs = memory.retryAtMs.get(container.name) ?? nowMs;
  let backoffLevel = 0;
  if (newest !== undefined && newest.sandboxId === sandbox.id) {
    // A new image is a new beginning.
    const isSame = newest.image === (container.image ?? "");
    if (isSame && !restarts(policyOf(pod, container, role), newest)) return settled;
    if (isSame) untilMs = Math.max(untilMs, restartAtMs(newest, nowMs));
    backoffLevel = isSame ? nextBackoffLevel(newest) : 0;
  } else if (newest !== undefined && role === "app" && !restarts(pod.spec.restartPolicy, newest)) {
    return settled;
  }
  if (untilMs > nowMs) return { type: "wait", untilMs };
  const attempt = newest === undefined ? 0 : newest.attempt + 1;
  return { type: "startContainer", container, role, sandbox, attempt, backoffLevel };
}

/** The first step that can be done now, else the shortest wait. */
function soonest(plans: readonly PodPlan[]): PodPlan {
  let wait: PodPlan = settled;
  for (const plan of plans) {
    if (plan.type !== "wait") return plan;
    if (wait.type !== "wait" || plan.untilMs === undefined) continue;
    if (wait.untilMs === undefined || plan.untilMs < wait.untilMs) wait = plan;
  }
  return wait;
}
