/** A voter that hears no leader asks the others whether it still counts: it may have been taken out while it was away. */
import type { Clock } from "../lib/clock.ts";
import type { ReplicatedStore } from "../replication/ports.ts";

/** Longer than an election, so that nobody is asked while the fleet merely changes its leader. */
const leaderlessMs = 5_000;
/** A fleet without its majority cannot answer, for as long as that lasts. */
const againMs = 30_000;

export interface StandingWatch {
  readonly store: Pick<ReplicatedStore, "onLeadership">;
  readonly clock: Clock;
  /** Must not reject. */
  readonly ask: () => Promise<void>;
}

/** Calls `ask` again and again for as long as no leader is heard. Returns what ends this. */
export function watchStanding({ store, clock, ask }: StandingWatch): () => void {
  let cancel = () => {};
  let isLeaderless = false;
  let hasEnded = false;
  const askAfter = (delayMs: number) => {
    cancel();
    cancel = clock.after(delayMs, () => void ask().then(() => isLeaderless && !hasEnded && askAfter(againMs)));
  };
  const unsubscribe = store.onLeadership((leadership) => {
    const was = isLeaderless;
    isLeaderless = leadership.role === "follower" && leadership.leader === undefined;
    if (isLeaderless && !was) askAfter(leaderlessMs);
    else if (!isLeaderless) cancel();
  });
  return () => {
    hasEnded = true;
    unsubscribe();
    cancel();
  };
}
