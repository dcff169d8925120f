/** One pod per matching board, replaced board by board. Pure: the same snapshot always yields the same plan. */

import { templateHash } from "../../api/daemon-set/template-hash.ts";
import type { DaemonSet, DaemonSetStatus } from "../../api/kinds/daemon-set.ts";
import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { isPodReady } from "../../api/kinds/pod-state.ts";
import { unreachable } from "../../lib/assert.ts";
import { isTerminating } from "../pod-availability.ts";
import { type BoardView, viewBoards } from "./board-view.ts";
import { podsToReplace } from "./rollout.ts";
import { daemonSetStatus } from "./status.ts";

export interface DaemonSetSnapshot {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  /** Pods that this set controls. */
  readonly pods: readonly Pod[];
  /** How much longer a failed pod of a board stays where it is: a pod that cannot run is not made in a loop. */
  readonly failedPodsWaitMs: ReadonlyMap<string, number>;
  readonly nowMs: number;
}

export interface DaemonSetPlan {
  readonly hash: string;
  /** Boards that need a pod. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
  /** Boards among whose removed pods is a failed one. */
  readonly failed: readonly string[];
  readonly status: DaemonSetStatus;
  /** When to look again although nothing may have changed. */
  readonly recheckMs: number | undefined;
}

export function planDaemonSet(snapshot: DaemonSetSnapshot): DaemonSetPlan {
  const { set, nodes, pods, nowMs } = snapshot;
  const hash = templateHash(set);
  const { boards, homeless } = viewBoards(set, hash, nodes, pods, nowMs);
  const create: string[] = [];
  const failed: string[] = [];
  // Bound pods of boards that are gone are the pod collector's.
  const remove = homeless.filter((pod) => pod.spec.nodeName === undefined);
  const waitsMs: number[] = boards.flatMap((board) => board.availableInMs ?? []);

  for (const board of boards) {
    switch (board.placement) {
      case "run": {
        if (board.pods.length === 0 && !board.away) create.push(board.name);
        remove.push(...board.live.filter((pod) => pod !== keeper(board)));
        const waitMs = snapshot.failedPodsWaitMs.get(board.name) ?? 0;
        const finished = finishedPods(board);
        if (finished.length > 0 && waitMs > 0) waitsMs.push(waitMs);
        else if (finished.length > 0) {
          failed.push(board.name);
          remove.push(...finished);
        }
        break;
      }
      case "keep":
        // What runs may stay; nothing new starts.
        remove.push(...finishedPods(board));
        break;
      case "evict":
        remove.push(...board.pods);
        break;
      default:
        unreachable(board.placement);
    }
  }
  remove.push(...podsToReplace(set, boards));
  return {
    hash,
    create,
    remove: Array.from(new Set(remove)).filter((pod) => !isTerminating(pod)),
    failed,
    status: daemonSetStatus(set, boards, nowMs),
    recheckMs: waitsMs.length === 0 ? undefined : Math.min(...waitsMs),
  };
}

/** Of several live pods the one that stays: one that works before one that does not, then the current template's. */
function keeper(board: BoardView): Pod | undefined {
  const { updated, live } = board;
  if (updated !== undefined && isPodReady(updated)) return updated;
  return live.find(isPodReady) ?? updated ?? live[0];
}

function finishedPods(board: BoardView): readonly Pod[] {
  return board.pods.filter((pod) => !isTerminating(pod) && !board.live.includes(pod));
}
