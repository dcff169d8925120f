/** What a follower does with word from outside that its leader's process has ended: it does not wait for silence. */
import type { PeerId } from "./message.ts";
import { hearsLeader, type Raft, votersOf } from "./raft.ts";

/** One election's time on a slow disk: so much later the next in line tries, should the one before it fail. */
const turnTicks = 3;

/**
 * Campaigns soon if `id` leads. The word may be wrong: then the others still hear their leader, no pre-vote is granted,
 * and the next heartbeat ends it. The survivors take turns, as they hear the same at nearly the same time.
 */
export function suspectLeader(raft: Raft, id: PeerId): void {
  if (raft.role !== "follower" || raft.leader !== id || !hearsLeader(raft)) return;
  const turn = votersOf(raft)
    .filter((voter) => voter !== id)
    .indexOf(raft.id);
  raft.electionElapsedTicks = raft.tuning.electionTicksMin;
  raft.electionTimeoutTicks = raft.tuning.electionTicksMin + 1 + turnTicks * Math.max(0, turn);
}
