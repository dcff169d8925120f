/** When an entry is committed, and what a leader does then. */
import { latestConfiguration } from "./configuration.ts";
import { advanceCommit } from "./following.ts";
import { termAt } from "./log.ts";
import { quorumValue } from "./quorum.ts";
import { type Raft, votersOf } from "./raft.ts";
import { startWaitingReads } from "./read-index.ts";
import { broadcastAppend } from "./replication.ts";
import { becomeFollower } from "./role.ts";
import { urgeBestVoter } from "./transfer.ts";

/**
 * Commits what the disks of a majority hold. Only an entry of the current term is committed by counting; the ones
 * before it follow from that (thesis §3.6.2, figure 3.7).
 */
export function commitByCounting(raft: Raft): void {
  if (raft.role !== "leader") return;
  const index = quorumValue(votersOf(raft), (id) =>
    // A leader counts itself only for what its own disk holds.
    id === raft.id ? raft.log.stableIndex : (raft.progress.get(id)?.matchIndex ?? 0),
  );
  if (index <= raft.commitIndex || termAt(raft.log, index) !== raft.term) return;
  advanceCommit(raft, index);
  startWaitingReads(raft);
  if (!isRemoved(raft)) return;
  broadcastAppend(raft);
  urgeBestVoter(raft);
  becomeFollower(raft, raft.term, undefined);
}

/** A leader without a vote manages the fleet until the configuration that removed it is committed (thesis §4.2.2). */
function isRemoved(raft: Raft): boolean {
  return latestConfiguration(raft.configurations).index <= raft.commitIndex && !votersOf(raft).includes(raft.id);
}
