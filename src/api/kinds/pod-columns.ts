/** Pods as `kubectl get pods` shows them; the status column tells what keeps a pod from running. */
import type { Column } from "../define-resource.ts";
import { isConditionTrue } from "../meta/condition.ts";
import { ageColumn, nameColumn, orNone } from "../printing.ts";
import type { Pod } from "./pod.ts";
import { isPodFinished, isPodReady, isSidecar } from "./pod-state.ts";
import type { ContainerState, ContainerStatus } from "./pod-status.ts";

export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  { name: "Ready", description: "Ready containers of all.", cell: readyText },
  { name: "Status", description: "What the pod does, or what keeps it from running.", cell: podStatusText },
  { name: "Restarts", type: "integer", description: "How often containers were restarted.", cell: restartCount },
  ageColumn,
  { name: "IP", description: "The pod's address.", wide: true, cell: ({ status }) => orNone(status.podIP) },
  { name: "Node", description: "The pod's board.", wide: true, cell: ({ spec }) => orNone(spec.nodeName) },
  {
    name: "Nominated Node",
    description: "The board that room is being made on.",
    wide: true,
    cell: ({ status }) => orNone(status.nominatedNodeName),
  },
  { name: "Readiness Gates", description: "Conditions that readiness waits for.", wide: true, cell: gatesText },
];

function sidecarNames({ spec }: Pod): ReadonlySet<string> {
  return new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
}

function readyText(pod: Pod): string {
  return `${readyCount(pod)}/${pod.spec.containers.length + sidecarNames(pod).size}`;
}

/** How many of the containers that keep running are ready. */
export function readyCount(pod: Pod): number {
  const sidecars = sidecarNames(pod);
  const readySidecars = (pod.status.initContainerStatuses ?? []).filter(
    ({ name, ready }) => ready && sidecars.has(name),
  );
  const ready = (pod.status.containerStatuses ?? []).filter(({ ready, state }) => ready && state.running !== undefined);
  return ready.length + readySidecars.length;
}

/** While the pod initializes, the restarts of its init containers; then those of what keeps running. */
export function restartCount(pod: Pod): number {
  const init = pod.status.initContainerStatuses ?? [];
  const sum = (statuses: readonly ContainerStatus[]) =>
    statuses.reduce((total, { restartCount }) => total + restartCount, 0);
  if (initializing(pod) !== undefined) return sum(init);
  const sidecars = sidecarNames(pod);
  return sum(init.filter(({ name }) => sidecars.has(name))) + sum(pod.status.containerStatuses ?? []);
}

/** `Running`, `Completed`, `CrashLoopBackOff`, `Init:0/2`, `Terminating`…: what kubectl shows for a pod's status. */
export function podStatusText(pod: Pod): string {
  const { status, metadata } = pod;
  if (metadata.deletionTimestamp !== undefined && !isPodFinished(pod))
    return status.reason === "NodeLost" ? "Unknown" : "Terminating";
  const gated = status.conditions?.some((c) => c.type === "PodScheduled" && c.reason === "SchedulingGated") === true;
  const overall = status.reason ?? (gated ? "SchedulingGated" : (status.phase ?? "Unknown"));
  return initializing(pod) ?? runningText(pod, overall);
}

/** What the first unfinished init container does; undefined once all are done. */
function initializing(pod: Pod): string | undefined {
  if (isConditionTrue(pod.status.conditions, "Initialized")) return undefined;
  const sidecars = sidecarNames(pod);
  for (const [index, { name, state, started }] of (pod.status.initContainerStatuses ?? []).entries()) {
    if (state.terminated?.exitCode === 0) continue;
    if (sidecars.has(name) && started === true) continue;
    if (state.terminated !== undefined) return `Init:${terminatedText(state.terminated)}`;
    const waiting = state.waiting?.reason;
    if (waiting !== undefined && waiting !== "PodInitializing") return `Init:${waiting}`;
    return `Init:${index}/${pod.spec.initContainers?.length ?? 0}`;
  }
  return undefined;
}

function runningText(pod: Pod, overall: string): string {
  const statuses = pod.status.containerStatuses ?? [];
  // The first container with something to say wins.
  const found = statuses.map(({ state }) => stoppedText(state)).find((text) => text !== undefined);
  if (found === undefined) return overall;
  const isSomeRunning = statuses.some(({ state, ready }) => ready && state.running !== undefined);
  if (found !== "Completed" || !isSomeRunning) return found;
  return isPodReady(pod) ? "Running" : "NotReady";
}

function stoppedText({ waiting, terminated }: ContainerState): string | undefined {
  if (waiting?.reason !== undefined) return waiting.reason;
  return terminated === undefined ? undefined : terminatedText(terminated);
}

function terminatedText({ reason, signal = 0, exitCode }: NonNullable<ContainerState["terminated"]>): string {
  return reason ?? (signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`);
}

function gatesText({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  const open = gates.filter(({ conditionType }) => isConditionTrue(status.conditions, conditionType));
  return gates.length === 0 ? "<none>" : `${open.length}/${gates.length}`;
}
