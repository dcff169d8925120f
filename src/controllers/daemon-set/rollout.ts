/** Which pods of older templates may go now, so that never more boards than allowed are without a working pod. */
import type { DaemonSet } from "../../api/kinds/daemon-set.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { scaledValue } from "../../api/meta/int-or-string.ts";
import type { BoardView } from "./board-view.ts";

/**
 * Boards that were away before their turn neither count nor wait: they get the new pod when they return. A board that
 * vanished while it was being updated counts as failed, and may so stop the rollout.
 */
export function podsToReplace(set: DaemonSet, boards: readonly BoardView[]): Pod[] {
  if (set.spec.updateStrategy.type !== "RollingUpdate") return [];
  const wanted = boards.filter((board) => board.placement === "run");
  const reachable = wanted.filter((board) => !board.away);
  const outdated = reachable.filter((board) => board.live.length > 0 && board.updated === undefined);
  const broken = outdated.filter((board) => !board.available);
  const working = outdated.filter((board) => board.available);
  const unavailable =
    reachable.filter((board) => !board.available).length + wanted.filter((board) => board.vanishedDuringUpdate).length;
  const budget = Math.max(0, maxUnavailable(set, reachable.length) - unavailable);
  // Replacing what does not work costs nothing.
  return [...broken, ...working.slice(0, budget)].flatMap((board) => board.live);
}

function maxUnavailable(set: DaemonSet, boardCount: number): number {
  const value = scaledValue(set.spec.updateStrategy.rollingUpdate?.maxUnavailable ?? 1, boardCount, "up") ?? 1;
  // Surging is not supported: a set that allows no unavailable pod is updated one board at a time.
  return Math.max(1, value);
}
