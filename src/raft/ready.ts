/** Hands out what waits to be done; `raft.ts` says in which order it must be. */
import { assert } from "../lib/assert.ts";
import { commitByCounting } from "./commit.ts";
import { compactTo, entriesBetween, lastIndex, termAt } from "./log.ts";
import type { Entry, EntryPosition, HardState, Message, PeerId, Snapshot } from "./message.ts";
import type { Raft, ReadReady } from "./raft.ts";

export interface Ready {
  readonly hardState: HardState;
  /** Whether there is anything to write: without it the disk stays untouched, as in an idle fleet. */
  readonly mustPersist: boolean;
  /** Replaces the state and the whole log, before `entries`. */
  readonly snapshot: Snapshot | undefined;
  /** The entry before the first of `entries`, or the last on disk when there are none. */
  readonly previous: EntryPosition;
  /** Replaces the log from the index of the first. */
  readonly entries: readonly Entry[];
  /** To be sent once all of the above is durable. */
  readonly messages: readonly Message[];
}

/** Messages to send at once. None while the disk does not yet hold the term they speak in. */
export function takeUrgent(raft: Raft): Message[] {
  if (raft.urgent.length === 0 || isHardStateNew(raft)) return [];
  const messages = raft.urgent;
  raft.urgent = [];
  return messages;
}

/** What to persist and then to send; undefined when there is nothing, or while a write is under way. */
export function takeReady(raft: Raft): Ready | undefined {
  if (raft.persisting) return undefined;
  const entries = entriesBetween(raft.log, raft.log.stableIndex + 1, lastIndex(raft.log));
  const snapshot = raft.pendingSnapshot;
  const mustPersist = entries.length > 0 || snapshot !== undefined || isHardStateNew(raft);
  if (!mustPersist && raft.outbox.length === 0) return undefined;
  raft.persisting = true;
  const previousIndex = raft.log.stableIndex;
  const previous = { index: previousIndex, term: termAt(raft.log, previousIndex) ?? 0 };
  raft.log.persistingIndex = lastIndex(raft.log);
  const messages = raft.outbox;
  raft.outbox = [];
  return { hardState: { term: raft.term, vote: raft.vote }, mustPersist, snapshot, previous, entries, messages };
}

/** `ready` is durable and its messages are sent. */
export function persisted(raft: Raft, ready: Ready): void {
  assert(raft.persisting, "one write at a time");
  raft.persisting = false;
  raft.durable = ready.hardState;
  // Lower than what was written, where a new leader replaced entries meanwhile.
  raft.log.stableIndex = raft.log.persistingIndex;
  if (ready.snapshot !== undefined) {
    raft.appliedIndex = ready.snapshot.index;
    raft.pendingSnapshot = undefined;
  }
  commitByCounting(raft);
}

/** Committed entries that the disk holds, to be applied in order. Each is handed out once. */
export function takeCommitted(raft: Raft): Entry[] {
  const to = Math.min(raft.commitIndex, raft.log.stableIndex);
  if (raft.pendingSnapshot !== undefined || to <= raft.appliedIndex) return [];
  const entries = entriesBetween(raft.log, raft.appliedIndex + 1, to);
  raft.appliedIndex = to;
  return entries;
}

export function takeReads(raft: Raft): ReadReady[] {
  const reads = raft.reads;
  raft.reads = [];
  return reads;
}

/** Peers for which `sendSnapshot` is to be called with a snapshot of the applied state. */
export function takeSnapshotRequests(raft: Raft): PeerId[] {
  const peers = [...raft.snapshotsWanted];
  raft.snapshotsWanted.clear();
  return peers;
}

/** Lets applied entries through `index` leave the memory; a peer that still needs them will be sent a snapshot. */
export function compactLog(raft: Raft, index: number): void {
  assert(index <= raft.appliedIndex, "only applied entries leave the memory");
  compactTo(raft.log, index);
}

function isHardStateNew(raft: Raft): boolean {
  return raft.term !== raft.durable.term || raft.vote !== raft.durable.vote;
}
