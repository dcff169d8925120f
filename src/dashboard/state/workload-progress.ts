/** How far a rollout has come, board by board where boards matter, in words and counts. */
import { byName } from "./by-name.ts";
import type { PodState, WorkloadState } from "./fleet-state.ts";

export type BoardStep = NonNullable<WorkloadState["boards"]>[number];

export interface Progress {
  /** 0 to 1 */
  readonly share: number;
  readonly words: string;
  readonly isComplete: boolean;
}

export function progressOf(workload: WorkloadState): Progress {
  const { desired, updated, available, complete, boards } = workload;
  const owed = boards?.filter(({ state }) => state === "offline").length ?? 0;
  const failed = boards?.filter(({ state }) => state === "failed").length ?? 0;
  const reachable = Math.max(desired - owed, 0);
  const done = Math.min(updated, available);
  const share = complete ? 1 : reachable === 0 ? 0 : Math.min(done / reachable, 1);
  const words = [
    complete ? "complete" : `${done} of ${reachable} updated`,
    ...(owed > 0 ? [`${owed} away, served on return`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ].join(", ");
  return { share, words, isComplete: complete };
}

const order: readonly BoardStep["state"][] = ["failed", "updating", "outdated", "offline", "updated"];

/** What asks for attention first, then by name. */
export function boardSteps({ boards = [] }: WorkloadState): readonly BoardStep[] {
  return boards.toSorted(
    (one, other) => order.indexOf(one.state) - order.indexOf(other.state) || byName(one.node, other.node),
  );
}

/** In the order that they come in. */
export function podsOf(pods: readonly PodState[], { namespace, resource, name }: WorkloadState): readonly PodState[] {
  return pods.filter(
    (pod) => pod.namespace === namespace && pod.owner?.resource === resource && pod.owner.name === name,
  );
}
