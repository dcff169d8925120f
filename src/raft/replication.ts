/** The leader's half of log replication: what to send to whom, and what their answers teach (thesis §3.5, §10.2). */
import { assert } from "../lib/assert.ts";
import { recordConfigurations } from "./configuration.ts";
import { entriesBetween, lastAgreement, lastIndex, replaceFrom, termAt } from "./log.ts";
import { type Entry, type MessageOf, type PeerId, type Snapshot, totalBytes } from "./message.ts";
import { becomeReplicate, becomeSnapshot, isPaused, noteAccepted, noteRejected, noteSent } from "./progress.ts";
import type { Raft } from "./raft.ts";
import { trackPeers } from "./role.ts";
import { send } from "./send.ts";
import { repeatIfUnanswered, startTransfer, transferredSnapshot } from "./snapshot-transfer.ts";

/** Puts entries at the end of the leader's own log. A configuration among them counts at once. */
export function appendOwn(raft: Raft, entries: readonly Entry[]): void {
  assert(raft.role === "leader", "only a leader appends of its own accord");
  replaceFrom(raft.log, entries);
  raft.uncommittedBytes += totalBytes(entries);
  recordConfigurations(raft.configurations, entries);
  if (entries.some((entry) => entry.type === "configuration")) trackPeers(raft);
}

/** Sends every peer what is new to it, as much as its window allows, and the commit index. */
export function broadcastAppend(raft: Raft): void {
  for (const id of raft.progress.keys()) while (sendAppend(raft, id, "ifNews"));
}

/**
 * Tells the peers what is committed, those that no entry has told since. Not part of committing: whoever waited for the
 * commit may have more to propose at once, and then one message says both. What is not told, heartbeats repeat.
 */
export function tellCommit(raft: Raft): void {
  if (raft.role === "leader") broadcastAppend(raft);
}

/** One appendEntries. Returns whether it was sent. */
function sendAppend(raft: Raft, to: PeerId, when: "ifEntries" | "ifNews" | "evenIfEmpty"): boolean {
  const progress = raft.progress.get(to);
  if (progress === undefined || isPaused(progress, raft.tuning)) return false;
  const previousIndex = progress.nextIndex - 1;
  const previousTerm = termAt(raft.log, previousIndex);
  if (previousTerm === undefined) {
    // The entry has left our memory. A snapshot is made only for a peer that will hear it.
    if (!progress.recentlyActive) return false;
    becomeSnapshot(progress);
    const snapshot = transferredSnapshot(raft);
    if (snapshot === undefined) raft.snapshotsWanted.add(to);
    else startTransfer(raft, to, snapshot);
    return false;
  }
  const entries = entriesBetween(raft.log, progress.nextIndex, lastIndex(raft.log), raft.tuning.appendBytesMax);
  const isNews = entries.length > 0 || progress.commitIndexSent < raft.commitIndex;
  if (when === "ifNews" && !isNews) return false;
  if (when === "ifEntries" && entries.length === 0) return false;
  send(raft, to, { type: "appendEntries", previousIndex, previousTerm, entries, commitIndex: raft.commitIndex });
  noteSent(progress, previousIndex + entries.length, entries, raft.commitIndex);
  return true;
}

/** Sends a snapshot that `takeSnapshotRequests` asked for. Nothing happens when it is no longer wanted. */
export function sendSnapshot(raft: Raft, to: PeerId, snapshot: Snapshot): void {
  if (raft.role === "leader") startTransfer(raft, to, snapshot);
}

/** The peer's disk holds our log through `matchIndex`. Whether that commits anything is for the caller to see. */
export function learnAccepted(raft: Raft, message: MessageOf<"appendAccepted">): void {
  const progress = raft.progress.get(message.from);
  if (progress === undefined) return;
  progress.recentlyActive = true;
  const isNews = noteAccepted(progress, message.matchIndex);
  const found = isNews || message.matchIndex === progress.matchIndex;
  // After a snapshot our memory may again start too late for the peer; it is then sent another one.
  if (progress.state === "probe" && found) becomeReplicate(progress);
  else if (progress.state === "snapshot" && isNews) becomeReplicate(progress);
  while (sendAppend(raft, message.from, "ifEntries"));
}

export function learnRejected(raft: Raft, message: MessageOf<"appendRejected">): void {
  const progress = raft.progress.get(message.from);
  if (progress === undefined) return;
  progress.recentlyActive = true;
  // Our entries of higher terms cannot match the peer's entry either, so whole terms are skipped on this side too.
  const agreement = lastAgreement(raft.log, message.hintIndex, message.hintTerm);
  if (noteRejected(progress, message.previousIndex, agreement.index)) sendAppend(raft, message.from, "evenIfEmpty");
}

/** An answer to a heartbeat shows that messages pass again: frees a probe, and finds out about lost appends. */
export function learnAlive(raft: Raft, from: PeerId): void {
  const progress = raft.progress.get(from);
  if (progress === undefined) return;
  progress.recentlyActive = true;
  progress.probeSent = false;
  if (progress.state === "replicate" && isPaused(progress, raft.tuning)) progress.inFlight.shift();
  if (progress.transfer !== undefined) repeatIfUnanswered(raft, from, progress.transfer);
  if (progress.state === "probe" || progress.matchIndex < lastIndex(raft.log)) sendAppend(raft, from, "evenIfEmpty");
}
