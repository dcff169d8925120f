/** Linearizable reads without a log entry: the leader proves, by a heartbeat round, that it still leads (thesis §6.4). */
import { termAt } from "./log.ts";
import type { MessageOf, PeerId } from "./message.ts";
import { majorityOf, quorumValue } from "./quorum.ts";
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
  askMajority(raft);
  releaseReads(raft);
}

/** No more voters than it takes, those first that answered last; the next tick asks all, should somebody not answer. */
function askMajority(raft: Raft): void {
  const voters = votersOf(raft);
  const others = voters.filter((id) => id !== raft.id);
  const needed = majorityOf(voters.length) - (voters.length - others.length);
  others.sort((one, other) => ackedRoundOf(raft, other) - ackedRoundOf(raft, one) || byLog(raft, one, other));
  for (const id of others.slice(0, needed)) sendHeartbeat(raft, id);
}

/** Before the first round of a term, whoever took the entry that the term began with is there. */
function byLog({ progress }: Raft, one: PeerId, other: PeerId): number {
  return (progress.get(other)?.matchIndex ?? 0) - (progress.get(one)?.matchIndex ?? 0);
}

export function awaitsRound(raft: Raft): boolean {
  return raft.pendingReads.some(({ index }) => index >= 0);
}

export function broadcastHeartbeat(raft: Raft): void {
  for (const id of raft.progress.keys()) sendHeartbeat(raft, id);
}

function sendHeartbeat(raft: Raft, id: PeerId): void {
  const commitIndex = Math.min(raft.progress.get(id)?.matchIndex ?? 0, raft.commitIndex);
  send(raft, id, { type: "heartbeat", commitIndex, round: raft.heartbeatRound });
}

export function learnRound(raft: Raft, message: MessageOf<"heartbeatResponse">): void {
  const progress = raft.progress.get(message.from);
  if (progress === undefined) return;
  progress.ackedRound = Math.max(progress.ackedRound, message.round);
  releaseReads(raft);
}

function releaseReads(raft: Raft): void {
  if (raft.pendingReads.length === 0) return;
  const round = quorumValue(votersOf(raft), (id) => (id === raft.id ? raft.heartbeatRound : ackedRoundOf(raft, id)));
  const isProven = (read: PendingRead) => read.index >= 0 && read.round <= round;
  for (const { id, index } of raft.pendingReads.filter(isProven)) raft.reads.push({ id, index });
  raft.pendingReads = raft.pendingReads.filter((read) => !isProven(read));
}

function ackedRoundOf(raft: Raft, id: PeerId): number {
  return raft.progress.get(id)?.ackedRound ?? 0;
}
