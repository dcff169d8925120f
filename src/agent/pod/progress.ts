/** How far a pod has come: which init container is next, and whether all is over. */
import type { Container } from "../../api/kinds/container.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { latest, type ObservedPod, type PodContainer } from "./observed-pod.ts";
import { isSidecar, restarts } from "./restart.ts";

export interface InitProgress {
  /** The init container whose turn it is; undefined when none is left. */
  readonly next: Container | undefined;
  /** Names of the init containers before it. */
  readonly begun: ReadonlySet<string>;
  readonly done: boolean;
}

/** Init containers run one after another in each new sandbox, a sidecar's turn ending when it has started. */
export function initProgress(
  pod: Pod,
  observed: ObservedPod,
  sandbox: PodContainer,
  starting: ReadonlySet<string>,
): InitProgress {
  const begun = new Set<string>();
  // Once an app container is there, the init containers have had their turn, even if the engine has lost them.
  const appBegun = observed.containers.some(({ role, sandboxId }) => role === "app" && sandboxId === sandbox.id);
  for (const container of pod.spec.initContainers ?? []) {
    if (!appBegun && !hasHadItsTurn(container, latest(observed, "init", container.name), sandbox, starting)) {
      return { next: container, begun, done: false };
    }
    begun.add(container.name);
  }
  return { next: undefined, begun, done: true };
}

function hasHadItsTurn(
  container: Container,
  newest: PodContainer | undefined,
  sandbox: PodContainer,
  starting: ReadonlySet<string>,
): boolean {
  if (newest === undefined || newest.sandboxId !== sandbox.id) return false;
  if (isSidecar(container)) return newest.state === "running" && !starting.has(newest.id);
  return newest.state === "exited" && newest.exitCode === 0;
}

/** Whether no container of the pod will ever run again. */
export function isOver(pod: Pod, observed: ObservedPod): boolean {
  if (pod.status.phase === "Succeeded" || pod.status.phase === "Failed") return true;
  if (initFailed(pod, observed)) return true;
  return pod.spec.containers.every(({ name, image }) => {
    const newest = latest(observed, "app", name);
    if (newest?.state !== "exited" || newest.image !== (image ?? "")) return false;
    return !restarts(pod.spec.restartPolicy, newest);
  });
}

/** Whether a pod that is over failed rather than succeeded. */
export function hasFailed(pod: Pod, observed: ObservedPod): boolean {
  if (initFailed(pod, observed)) return true;
  return observed.containers.some(
    (container) =>
      container.role === "app" && container.exitCode !== 0 && container === latest(observed, "app", container.name),
  );
}

function initFailed(pod: Pod, observed: ObservedPod): boolean {
  if (pod.spec.restartPolicy !== "Never") return false;
  return (pod.spec.initContainers ?? []).some((container) => {
    const newest = latest(observed, "init", container.name);
    return !isSidecar(container) && newest?.state === "exited" && newest.exitCode !== 0;
  });
}
