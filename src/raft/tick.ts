/** Advances a peer by one tick of time. */
import { campaign, mayCampaign } from "./election.ts";
import { becomeProbe, type Progress } from "./progress.ts";
import { majorityOf } from "./quorum.ts";
import { type Raft, votersOf } from "./raft.ts";
import { awaitsRound, broadcastHeartbeat } from "./read-index.ts";
import { becomeFollower } from "./role.ts";
import { tickHandover } from "./transfer.ts";

export function tick(raft: Raft): void {
  raft.electionElapsedTicks += 1;
  if (raft.role === "leader") tickLeader(raft);
  else if (raft.electionElapsedTicks < raft.electionTimeoutTicks) return;
  else if (mayCampaign(raft)) campaign(raft);
  else raft.leader = undefined;
}

function tickLeader(raft: Raft): void {
  tickHandover(raft);
  for (const progress of raft.progress.values()) {
    if (progress.state === "snapshot") tickSnapshot(progress, raft.tuning.snapshotTicksMax);
  }
  if (raft.electionElapsedTicks >= raft.tuning.electionTicksMin) {
    raft.electionElapsedTicks = 0;
    // Cut off from the majority, somebody else may lead by now; whoever asks us must not wait in vain (thesis §6.2).
    if (!heardMajority(raft)) {
      becomeFollower(raft, raft.term, undefined);
      return;
    }
  }
  raft.heartbeatElapsedTicks += 1;
  if (raft.heartbeatElapsedTicks < raft.tuning.heartbeatTicks && !awaitsRound(raft)) return;
  raft.heartbeatElapsedTicks = 0;
  broadcastHeartbeat(raft);
}

function tickSnapshot(progress: Progress, snapshotTicksMax: number): void {
  progress.snapshotTicks += 1;
  if (progress.transfer !== undefined) progress.transfer.unansweredTicks += 1;
  // Nobody keeps a whole state in memory for a peer that may never come back.
  if (progress.snapshotTicks >= snapshotTicksMax) becomeProbe(progress);
}

/** Also starts the next period of observation. */
function heardMajority(raft: Raft): boolean {
  const voters = votersOf(raft);
  const heard = voters.filter((id) => id === raft.id || raft.progress.get(id)?.recentlyActive === true).length;
  for (const progress of raft.progress.values()) progress.recentlyActive = false;
  return heard >= majorityOf(voters.length);
}
