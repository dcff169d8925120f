/** How a board stands, in one word that is honest about how old the news of it is. */
import type { BoardState } from "./fleet-state.ts";

export type Standing =
  /** It is there and can run pods. */
  | "ready"
  /** It is there, and says why it cannot. */
  | "not ready"
  /** It ought to be there and has not spoken for longer than it should. */
  | "silent"
  /** Its connection to the fleet is gone. */
  | "offline"
  /** Nothing has been said of it yet. */
  | "unknown";

/** So many measurements may fail to come before a board counts as silent. */
const missedMax = 3;
/** For boards whose rhythm is not known yet: three times that of a metered link, and a little. */
const silenceMsMax = 50 * 60_000;
/** Three times that of other links: the first measurements after a connection come faster. */
const silenceMsMin = 100_000;

export interface Moment {
  /** By the page's clock. */
  readonly nowMs: number;
  /** Since when this page has been told news without a break; absent while it is cut off. */
  readonly connectedSinceMs?: number;
}

export function standingOf(board: BoardState, moment: Moment): Standing {
  const { availability, status } = board;
  if (availability === "offline" || status?.state === "offline") return "offline";
  if (availability === undefined && status === undefined) return "unknown";
  if (isSilent(board, moment)) return "silent";
  if (status === undefined) return "unknown";
  return status.ready ? "ready" : "not ready";
}

/** A page that was told nothing can blame no board for it. */
function isSilent({ lastWordMs, rhythmMs, metrics }: BoardState, { nowMs, connectedSinceMs }: Moment): boolean {
  // One that never measures is not missed, either.
  if (connectedSinceMs === undefined || metrics === undefined) return false;
  const heardMs = Math.max(lastWordMs ?? 0, connectedSinceMs);
  const patienceMs = rhythmMs === undefined ? silenceMsMax : Math.max(rhythmMs * missedMax, silenceMsMin);
  return nowMs - heardMs > patienceMs;
}

/** Whether its figures describe how it is now, rather than how it was. */
export function isCurrent(board: BoardState, moment: Moment): boolean {
  if (moment.connectedSinceMs === undefined) return false;
  const standing = standingOf(board, moment);
  return standing === "ready" || standing === "not ready";
}

/**
 * When it last spoke, in milliseconds. For what the broker had kept, by the board's own clock, which may be wrong;
 * undefined where nothing was ever said.
 */
export function lastWordAtMs({ lastWordMs, metrics }: BoardState): number | undefined {
  return lastWordMs ?? (metrics === undefined ? undefined : Date.parse(metrics.measured));
}
