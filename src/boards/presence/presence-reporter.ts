/** Tells the leader which boards are connected to this voter: at every change, and regularly, for silence means death. */
import { z } from "zod";
import type { BoardLinks } from "../../api/board-link.ts";
import type { Clock } from "../../lib/clock.ts";
import { defaultTiming, type PresenceTiming } from "./plan.ts";

/** Carries presence between voters, unreliably; a leader hears itself as it hears the others. */
export interface PresenceChannel {
  /** To the leader, wherever it is; lost when there is none. */
  sendToLeader(payload: Uint8Array): void;
  /** `from` is the voter's id, proven by its certificate. */
  onMessage(handler: (from: string, payload: Uint8Array) => void): void;
}

const presenceSchema = z.object({ boards: z.array(z.string().max(253)).max(100_000) });

function encodePresence(boards: Iterable<string>): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ boards: Array.from(boards) }));
}

/** The boards a voter says it has; undefined for what no voter would send. */
export function decodePresence(payload: Uint8Array): ReadonlySet<string> | undefined {
  try {
    return new Set(presenceSchema.parse(JSON.parse(new TextDecoder().decode(payload))).boards);
  } catch {
    return undefined;
  }
}

/** How long changes are gathered: after a voter's death a hundred boards arrive at once. */
const gatherMs = 100;

/** Runs on every voter until the signal aborts. Nothing touches a disk. */
export function reportPresence(
  links: BoardLinks,
  channel: PresenceChannel,
  clock: Clock,
  signal: AbortSignal,
  timing: PresenceTiming = defaultTiming,
): void {
  let cancelNext = () => {};
  let gathering = false;
  const sendIn = (delayMs: number) => {
    cancelNext();
    cancelNext = clock.after(delayMs, () => {
      gathering = false;
      channel.sendToLeader(encodePresence(links.connected));
      sendIn(timing.beatMs);
    });
  };
  links.onPresence(() => {
    if (gathering || signal.aborted) return;
    gathering = true;
    sendIn(gatherMs);
  });
  signal.addEventListener("abort", () => cancelNext(), { once: true });
  if (!signal.aborted) sendIn(0);
}
