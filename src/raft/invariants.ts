/** What must hold of every peer after every event, and of any two peers at any time. The simulation checks them all. */
import { assert } from "../lib/assert.ts";
import { latestConfiguration } from "./configuration.ts";
import { lastIndex, type RaftLog, termAt } from "./log.ts";
import { totalBytes } from "./message.ts";
import { type Raft, uncommittedEntries } from "./raft.ts";

/** All that can be said of one peer alone. Throws `AssertionError`. */
export function checkInvariants(raft: Raft): void {
  invariantLogIsContiguous(raft.log);
  invariantIndexesAreOrdered(raft);
  invariantProgressIsPlausible(raft);
  invariantConfigurationsAreOrdered(raft);
  invariantLeaderKnowsItself(raft);
}

function invariantLogIsContiguous(log: RaftLog): void {
  let { index, term } = log.base;
  for (const entry of log.entries) {
    assert(entry.index === index + 1, "log indexes have no gaps");
    assert(entry.term >= term, "terms never fall along the log");
    ({ index, term } = entry);
  }
}

function invariantIndexesAreOrdered(raft: Raft): void {
  const last = lastIndex(raft.log);
  assert(raft.appliedIndex <= raft.commitIndex, "nothing is applied before it is committed");
  assert(raft.commitIndex <= last, "nothing is committed that the log does not hold");
  assert(raft.log.stableIndex <= raft.log.persistingIndex || !raft.persisting, "a write only adds to the disk");
  assert(raft.log.persistingIndex <= last, "nothing is written that the log does not hold");
  assert(
    raft.pendingSnapshot !== undefined || raft.log.base.index <= raft.appliedIndex,
    "memory keeps what is to apply",
  );
  const { assembly } = raft;
  assert(
    assembly === undefined || assembly.index > raft.commitIndex,
    "a snapshot that the log has overtaken is let go",
  );
  assert(assembly === undefined || assembly.receivedBytes < assembly.bytes.byteLength, "a whole snapshot is installed");
}

function invariantProgressIsPlausible(raft: Raft): void {
  assert(raft.role === "leader" || raft.progress.size === 0, "only a leader tracks others");
  for (const progress of raft.progress.values()) {
    assert(progress.matchIndex < progress.nextIndex, "matchIndex is below nextIndex");
    assert(progress.matchIndex <= lastIndex(raft.log), "nobody matches what we do not hold");
    assert(progress.state === "snapshot" || progress.transfer === undefined, "a snapshot is sent to who needs one");
    assert(progress.inFlight.length <= raft.tuning.inFlightMax, "messages in flight are bounded");
  }
}

function invariantConfigurationsAreOrdered(raft: Raft): void {
  const latest = latestConfiguration(raft.configurations);
  assert(latest.index <= lastIndex(raft.log), "a configuration comes from the log");
  // Those of earlier terms may be committed without this leader knowing it yet.
  const isOwnChange = (index: number) => index > raft.commitIndex && termAt(raft.log, index) === raft.term;
  const underWay = raft.configurations.filter((each) => isOwnChange(each.index)).length;
  assert(raft.role !== "leader" || underWay <= 1, "a leader changes one configuration at a time");
}

function invariantLeaderKnowsItself(raft: Raft): void {
  assert((raft.role === "leader") === (raft.leader === raft.id), "who leads follows itself");
  assert(raft.role !== "leader" || raft.vote === raft.id, "a leader has voted for itself");
  assert(raft.role === "leader" || raft.handover === undefined, "only a leader hands over");
  const uncommittedBytes = raft.role === "leader" ? totalBytes(uncommittedEntries(raft)) : 0;
  assert(raft.uncommittedBytes === uncommittedBytes, "a leader knows what waits to be committed");
}

/** Two logs that agree on the term of an entry agree on everything before it (thesis, figure 3.2). */
export function invariantLogsMatch(a: RaftLog, b: RaftLog): void {
  let agreed = false;
  const from = Math.max(a.base.index, b.base.index);
  for (let index = Math.min(lastIndex(a), lastIndex(b)); index >= from; index -= 1) {
    const isEqual = termAt(a, index) === termAt(b, index);
    assert(isEqual || !agreed, "logs that agree on an entry agree on all before it");
    agreed ||= isEqual;
  }
}

/** A term has at most one leader. */
export function invariantOneLeaderATerm(rafts: readonly Raft[]): void {
  const leaders = rafts.filter((raft) => raft.role === "leader");
  assert(new Set(leaders.map((raft) => raft.term)).size === leaders.length, "a term has at most one leader");
}
