/** The changes from one role to another; each leaves everything of the former role behind. */
import { assert } from "../lib/assert.ts";
import { lastIndex } from "./log.ts";
import { type PeerId, totalBytes } from "./message.ts";
import { createProgress } from "./progress.ts";
import { drawElectionTimeout, peersOf, type Raft, uncommittedEntries } from "./raft.ts";

export function becomeFollower(raft: Raft, term: number, leader: PeerId | undefined): void {
  assert(term >= raft.term, "a term never falls");
  leaveRole(raft, term);
  raft.role = "follower";
  raft.leader = leader;
}

/** Asks around in the next term without entering it. */
export function becomePreCandidate(raft: Raft): void {
  leaveRole(raft, raft.term);
  raft.role = "preCandidate";
  raft.votes.set(raft.id, true);
}

export function becomeCandidate(raft: Raft): void {
  leaveRole(raft, raft.term + 1);
  raft.role = "candidate";
  raft.vote = raft.id;
  raft.votes.set(raft.id, true);
}

export function becomeLeader(raft: Raft): void {
  assert(raft.role === "candidate", "only a candidate wins an election");
  leaveRole(raft, raft.term);
  raft.role = "leader";
  raft.leader = raft.id;
  raft.assembly = undefined;
  raft.uncommittedBytes = totalBytes(uncommittedEntries(raft));
  trackPeers(raft);
}

/** Follows the configuration: progress for each other peer, and for nobody else. */
export function trackPeers(raft: Raft): void {
  const others = new Set(peersOf(raft).map((peer) => peer.id));
  others.delete(raft.id);
  for (const id of raft.progress.keys()) {
    if (others.has(id)) continue;
    raft.progress.delete(id);
    raft.snapshotsWanted.delete(id);
  }
  for (const id of others) {
    if (!raft.progress.has(id)) raft.progress.set(id, createProgress(lastIndex(raft.log) + 1));
  }
}

function leaveRole(raft: Raft, term: number): void {
  if (term !== raft.term) {
    raft.term = term;
    raft.vote = undefined;
  }
  raft.leader = undefined;
  raft.electionElapsedTicks = 0;
  raft.heartbeatElapsedTicks = 0;
  raft.electionTimeoutTicks = drawElectionTimeout(raft.random, raft.tuning);
  raft.votes.clear();
  raft.progress.clear();
  raft.snapshotsWanted.clear();
  raft.heartbeatRound = 0;
  raft.pendingReads = [];
  raft.handover = undefined;
  raft.uncommittedBytes = 0;
}
