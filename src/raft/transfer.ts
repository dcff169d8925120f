/** Hands leadership to another voter on purpose, so that nobody waits for an election timeout (thesis §3.10). */
import { lastIndex } from "./log.ts";
import type { PeerId } from "./message.ts";
import { type Raft, votersOf } from "./raft.ts";
import { send } from "./send.ts";

export type TransferOutcome =
  | { readonly kind: "started" }
  | { readonly kind: "notLeader" }
  /** `to` is the leader itself, a learner, or nobody. */
  | { readonly kind: "notAnotherVoter" }
  /** Somebody else is to lead already. */
  | { readonly kind: "handingOver" };

/**
 * Stops taking proposals and lets `to` campaign once it holds the whole log. Given up after an election timeout, when
 * this leader goes on as before. Asking for the same again changes nothing.
 */
export function transferLeadership(raft: Raft, to: PeerId): TransferOutcome {
  if (raft.role !== "leader") return { kind: "notLeader" };
  if (to === raft.id || !votersOf(raft).includes(to)) return { kind: "notAnotherVoter" };
  if (raft.handover !== undefined && raft.handover.to !== to) return { kind: "handingOver" };
  raft.handover ??= { to, elapsedTicks: 0 };
  urgeSuccessor(raft, to);
  return { kind: "started" };
}

/** `from` answered. Repeats what may have been lost: an election that has begun is in a later term and ignores it. */
export function urgeSuccessor(raft: Raft, from: PeerId): void {
  if (raft.handover?.to !== from) return;
  // With a shorter log it would only lose the election.
  if (raft.progress.get(from)?.matchIndex === lastIndex(raft.log)) send(raft, from, { type: "timeoutNow" });
}

/** For a leader that has removed itself: whoever holds most takes over at once, and nobody waits for a timeout. */
export function urgeBestVoter(raft: Raft): void {
  const matchIndex = (id: PeerId) => raft.progress.get(id)?.matchIndex ?? 0;
  const [best] = votersOf(raft).toSorted((a, b) => matchIndex(b) - matchIndex(a));
  if (best !== undefined) send(raft, best, { type: "timeoutNow" });
}

export function tickHandover(raft: Raft): void {
  const { handover } = raft;
  if (handover === undefined) return;
  handover.elapsedTicks += 1;
  if (handover.elapsedTicks >= raft.tuning.electionTicksMin) raft.handover = undefined;
}
