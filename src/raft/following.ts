/** The follower's half of log replication: taking over the leader's log, its commit index and its snapshots. */
import { assert } from "../lib/assert.ts";
import { recordConfigurations, settleConfigurations } from "./configuration.ts";
import { entriesBetween, lastAgreement, lastIndex, replaceFrom, resetTo, termAt } from "./log.ts";
import { type Entry, type MessageOf, type PeerId, type Snapshot, totalBytes } from "./message.ts";
import type { Raft } from "./raft.ts";
import { becomeFollower } from "./role.ts";
import { send } from "./send.ts";
import { isWhole, takeChunk } from "./snapshot-assembly.ts";

/** Takes the sender for the leader of the current term, as only a leader sends what it sent. */
function followLeader(raft: Raft, from: PeerId): void {
  assert(raft.role !== "leader", "a term has at most one leader");
  if (raft.role !== "follower") becomeFollower(raft, raft.term, from);
  raft.leader = from;
  raft.electionElapsedTicks = 0;
}

export function handleAppendEntries(raft: Raft, message: MessageOf<"appendEntries">): void {
  followLeader(raft, message.from);
  const { previousIndex, previousTerm, entries } = message;
  if (previousIndex < raft.commitIndex) {
    // A late or repeated message: what is committed agrees with the leader anyhow, and may have left our memory.
    send(raft, message.from, { type: "appendAccepted", matchIndex: raft.commitIndex });
    return;
  }
  if (termAt(raft.log, previousIndex) !== previousTerm) {
    const hint = lastAgreement(raft.log, previousIndex, previousTerm);
    send(raft, message.from, {
      type: "appendRejected",
      previousIndex,
      hintIndex: hint.index,
      hintTerm: hint.term,
    });
    return;
  }
  // A repeated message must not cut off what came after it: only a real difference replaces anything.
  const differenceAt = entries.findIndex((entry) => termAt(raft.log, entry.index) !== entry.term);
  if (differenceAt >= 0) replaceTail(raft, entries.slice(differenceAt));
  const matchIndex = previousIndex + entries.length;
  const committed = Math.min(message.commitIndex, matchIndex);
  const isMereNews = entries.length === 0 && committed > raft.commitIndex;
  advanceCommit(raft, committed);
  // The entries were answered when they came. If that was lost, the leader asks again, and then there is no news.
  if (isMereNews) return;
  send(raft, message.from, { type: "appendAccepted", matchIndex });
}

function replaceTail(raft: Raft, entries: readonly Entry[]): void {
  assert((entries[0]?.index ?? 0) > raft.commitIndex, "a committed entry is never replaced");
  replaceFrom(raft.log, entries);
  recordConfigurations(raft.configurations, entries);
}

export function handleHeartbeat(raft: Raft, message: MessageOf<"heartbeat">): void {
  followLeader(raft, message.from);
  // A leader says no more than it knows we hold; more would mean that our disk was emptied.
  if (message.commitIndex <= lastIndex(raft.log)) advanceCommit(raft, message.commitIndex);
  send(raft, message.from, { type: "heartbeatResponse", round: message.round });
}

export function handleInstallSnapshot(raft: Raft, message: MessageOf<"installSnapshot">): void {
  followLeader(raft, message.from);
  const { index, term, peers } = message.snapshot;
  // One at a time; the leader repeats what got no answer.
  if (raft.pendingSnapshot !== undefined) return;
  if (index > raft.commitIndex && termAt(raft.log, index) === term) advanceCommit(raft, index);
  if (index > raft.commitIndex) {
    const assembly = takeChunk(raft.assembly, message);
    raft.assembly = assembly;
    if (assembly.index !== index || !isWhole(assembly)) {
      send(raft, message.from, { type: "snapshotWanted", index: assembly.index, offset: assembly.receivedBytes });
      return;
    }
    install(raft, { index, term, peers, data: assembly.bytes });
  }
  send(raft, message.from, { type: "appendAccepted", matchIndex: raft.commitIndex });
}

/** The snapshot takes the place of the whole log, as soon as the disk holds it. */
function install(raft: Raft, snapshot: Snapshot): void {
  const { index, peers } = snapshot;
  resetTo(raft.log, snapshot);
  raft.configurations.splice(0, raft.configurations.length, { index, peers });
  raft.commitIndex = index;
  raft.assembly = undefined;
  raft.pendingSnapshot = snapshot;
}

/** Raises the commit index; never lowers it. */
export function advanceCommit(raft: Raft, index: number): void {
  if (index <= raft.commitIndex) return;
  assert(index <= lastIndex(raft.log), "only what the log holds is committed");
  if (raft.role === "leader") {
    raft.uncommittedBytes -= totalBytes(entriesBetween(raft.log, raft.commitIndex + 1, index));
  }
  raft.commitIndex = index;
  // The log has overtaken it.
  if (raft.assembly !== undefined && raft.assembly.index <= index) raft.assembly = undefined;
  settleConfigurations(raft.configurations, index);
}
