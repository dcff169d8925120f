/** The figures that people and `kubectl rollout status` read. */
import type { DaemonSet, DaemonSetStatus } from "../../api/kinds/daemon-set.ts";
import { isPodReady } from "../../api/kinds/pod-state.ts";
import { findCondition, withCondition } from "../../api/meta/condition.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { BoardView } from "./board-view.ts";

const namesMax = 20;
const allBoardsReached = "AllBoardsReached";

/** Counts reachable boards alone, so that a rollout ends when all of them have it; a condition names who is owed. */
export function daemonSetStatus(set: DaemonSet, boards: readonly BoardView[], nowMs: number): DaemonSetStatus {
  const wanted = boards.filter((board) => board.placement === "run");
  const reachable = wanted.filter((board) => !board.away);
  const available = reachable.filter((board) => board.available).length;
  const conditions = conditionsOf(set, wanted, nowMs);
  const { collisionCount } = set.status;
  return {
    currentNumberScheduled: reachable.filter((board) => board.live.length > 0).length,
    numberMisscheduled: boards.filter((board) => board.placement !== "run" && board.live.length > 0).length,
    desiredNumberScheduled: reachable.length,
    numberReady: reachable.filter((board) => board.live.some(isPodReady)).length,
    observedGeneration: set.metadata.generation ?? 0,
    updatedNumberScheduled: reachable.filter((board) => board.updated !== undefined).length,
    numberAvailable: available,
    numberUnavailable: reachable.length - available,
    ...(collisionCount !== undefined && { collisionCount }),
    ...(conditions !== undefined && { conditions }),
  };
}

function conditionsOf(set: DaemonSet, wanted: readonly BoardView[], nowMs: number): DaemonSetStatus["conditions"] {
  const owed = wanted.filter((board) => board.away && board.updated === undefined);
  const known = set.status.conditions;
  // A set that never missed a board needs no condition to say so.
  if (owed.length === 0 && findCondition(known, allBoardsReached) === undefined) return known;
  const next =
    owed.length === 0
      ? { status: "True" as const, reason: "AllBoardsReached", message: "every board has the current pod" }
      : { status: "False" as const, reason: "BoardsAway", message: owedMessage(owed) };
  return withCondition(known, { type: allBoardsReached, ...next }, formatTime(nowMs));
}

function owedMessage(owed: readonly BoardView[]): string {
  const names = owed.slice(0, namesMax).map((board) => board.name);
  const rest = owed.length > namesMax ? ` and ${owed.length - namesMax} more` : "";
  return `away, and updated when they return: ${names.join(", ")}${rest}`;
}
