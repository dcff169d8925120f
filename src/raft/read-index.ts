/** Linearizable reads without a log entry: the leader proves, by a heartbeat round, that it still leads (thesis §6.4). */
import { termAt } from "./log.ts";
import type { MessageOf } from "./message.ts";
import { quorumValue } from "./quorum.ts";
import { type PendingRead, type Raft, votersOf } from "./raft.ts";
import { send } from "./send.ts";

/** Entries through the commit index are known to be committed only once one of our own term is (thesis §3.6.2). */
export function hasCommittedOwnTerm(raft: Raft): boolean {
  return termAt(raft.log, raft.commitIndex) === raft.term;
}

/**
 * Asks for an index that covers everything committed before now. `takeReads` gives it under `id`, unless leadership is
 * lost first. Returns false when this peer does not lead.
 */
export function requestRead(raft: Raft, id: string): boolean {
  if (raft.role !== "leader") return false;
  const read: PendingRead = { id, index: -1, round: 0 };
  raft.pendingReads.push(read);
  if (hasCommittedOwnTerm(raft)) startRound(raft, [read]);
  return true;
}

/** Starts the reads that waited for the first commit of the term. */
export function startWaitingReads(raft: Raft): void {
  const waiting = raft.pendingReads.filter((read) => read.index < 0);
  if (waiting.length > 0 && hasCommittedOwnTerm(raft)) startRound(raft, waiting);
}

function startRound(raft: Raft, reads: readonly PendingRead[]): void {
  raft.heartbeatRound += 1;
  for (const read of reads) {
    read.index = raft.commitIndex;
    read.round = raft.heartbeatRound;
  }
  broadcastHeartbeat(raft);
  releaseReads(raft);
}

export function broadcastHeartbeat(raft: Raft): void {
  for (const [id, progress] of raft.progress) {
    const commitIndex = Math.min(progress.matchIndex, raft.commitIndex);
    send(raft, id, { type: "heartbeat", commitIndex, round: raft.heartbeatRound });
  }
}

export function learnRound(raft: Raft, message: MessageOf<"heartbeatResponse">): void {
  const progress = raft.progress.get(message.from);
  if (progress === undefined) return;
  progress.ackedRound = Math.max(progress.ackedRound, message.round);
  releaseReads(raft);
}

function releaseReads(raft: Raft): void {
  if (raft.pendingReads.length === 0) return;
  const round = quorumValue(votersOf(raft), (id) =>
    id === raft.id ? raft.heartbeatRound : (raft.progress.get(id)?.ackedRound ?? 0),
  );
  const isProven = (read: PendingRead) => read.index >= 0 && read.round <= round;
  for (const { id, index } of raft.pendingReads.filter(isProven)) raft.reads.push({ id, index });
  raft.pendingReads = raft.pendingReads.filter((read) => !isProven(read));
}
