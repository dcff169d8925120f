/** A DaemonSet seen board by board: what should be there, what is, and whether anybody can do anything about it. */

import { type Placement, placementOn } from "../../api/daemon-set/placement.ts";
import { hashLabel } from "../../api/daemon-set/template-hash.ts";
import type { DaemonSet } from "../../api/kinds/daemon-set.ts";
import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { isPodFinished, isPodReady } from "../../api/kinds/pod-state.ts";
import { isConditionTrue } from "../../api/meta/condition.ts";
import { availableInMs, isTerminating } from "../pod-availability.ts";
import { boardOfPod } from "./pod-for-board.ts";

export interface BoardView {
  readonly name: string;
  readonly placement: Placement;
  /** Away is a board that is not Ready: it is skipped, and owed what it misses until it returns. */
  readonly away: boolean;
  /** Every pod of the set that is here or on its way, the oldest first. */
  readonly pods: readonly Pod[];
  /** Those of `pods` that neither ended nor are ending. */
  readonly live: readonly Pod[];
  /** The oldest live pod of the current template. */
  readonly updated: Pod | undefined;
  readonly available: boolean;
  /** When a ready pod will become available, if it must still prove itself. */
  readonly availableInMs: number | undefined;
  /** The board went away in the middle of its own update: a failure, unlike being away before its turn. */
  readonly vanishedDuringUpdate: boolean;
}

/** The boards by name, and the pods whose board is no more. */
export function viewBoards(
  set: DaemonSet,
  hash: string,
  nodes: readonly Node[],
  pods: readonly Pod[],
  nowMs: number,
): { readonly boards: readonly BoardView[]; readonly homeless: readonly Pod[] } {
  const byBoard = Map.groupBy([...pods].sort(byAge), boardOfPod);
  const boards = [...nodes]
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map((node) => viewBoard(set, hash, node, byBoard.get(node.metadata.name) ?? [], nowMs));
  const known = new Set(nodes.map((node) => node.metadata.name));
  const homeless = pods.filter((pod) => !known.has(boardOfPod(pod) ?? ""));
  return { boards, homeless };
}

function viewBoard(set: DaemonSet, hash: string, node: Node, pods: readonly Pod[], nowMs: number): BoardView {
  const live = pods.filter((pod) => !isPodFinished(pod) && !isTerminating(pod));
  const updated = live.find((pod) => pod.metadata.labels?.[hashLabel] === hash);
  const waits = live.flatMap((pod) => availableInMs(pod, set.spec.minReadySeconds ?? 0, nowMs) ?? []);
  const away = !isConditionTrue(node.status.conditions, "Ready");
  return {
    name: node.metadata.name,
    placement: placementOn(set, node),
    away,
    pods,
    live,
    updated,
    available: waits.includes(0),
    availableInMs: waits.includes(0) || waits.length === 0 ? undefined : Math.min(...waits),
    vanishedDuringUpdate: away && pods.some((pod) => isMidUpdate(pod, hash)),
  };
}

/** Taken down for an update, or put up by one and not seen to run before its board went away. */
function isMidUpdate(pod: Pod, hash: string): boolean {
  const isCurrent = pod.metadata.labels?.[hashLabel] === hash;
  if (isTerminating(pod)) return !isCurrent;
  const hasRun = isPodReady(pod) || isConditionTrue(pod.status.conditions, "ContainersReady");
  return isCurrent && pod.spec.nodeName !== undefined && !hasRun;
}

function byAge(a: Pod, b: Pod): number {
  const left = `${a.metadata.creationTimestamp ?? ""} ${a.metadata.name}`;
  const right = `${b.metadata.creationTimestamp ?? ""} ${b.metadata.name}`;
  return left < right ? -1 : left > right ? 1 : 0;
}
