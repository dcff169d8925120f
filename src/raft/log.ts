/** The log in memory: a window of entries behind which lies a snapshot, and how much of it the disk already holds. */
import { assert } from "../lib/assert.ts";
import { type Entry, type EntryPosition, entryBytes } from "./message.ts";

export interface RaftLog {
  /** The entry just before the window: known by its term alone. */
  base: EntryPosition;
  /** Contiguous from `base.index + 1`. */
  entries: Entry[];
  /** Through here the disk holds exactly these entries. */
  stableIndex: number;
  /** Through here the write under way holds exactly these entries; `stableIndex` when none is. */
  persistingIndex: number;
}

/** A log whose entries all came from the disk. */
export function createLog(base: EntryPosition, entries: readonly Entry[]): RaftLog {
  const stableIndex = entries.at(-1)?.index ?? base.index;
  const log = { base, entries: [...entries], stableIndex, persistingIndex: stableIndex };
  assert(stableIndex === base.index + entries.length, "a log has no gaps");
  return log;
}

export function lastIndex(log: RaftLog): number {
  return log.base.index + log.entries.length;
}

export function lastTerm(log: RaftLog): number {
  return log.entries.at(-1)?.term ?? log.base.term;
}

export function entryAt(log: RaftLog, index: number): Entry | undefined {
  return log.entries[index - log.base.index - 1];
}

/** The term of the entry at `index`; undefined before the window and after the end. */
export function termAt(log: RaftLog, index: number): number | undefined {
  return index === log.base.index ? log.base.term : entryAt(log, index)?.term;
}

/** Entries from `from` through `to`, at least one if there is one, and no more than `bytesMax` of them. */
export function entriesBetween(log: RaftLog, from: number, to: number, bytesMax = Number.POSITIVE_INFINITY): Entry[] {
  assert(from > log.base.index, "compacted entries are not read");
  const found: Entry[] = [];
  let bytes = 0;
  for (let index = from; index <= to; index += 1) {
    const entry = entryAt(log, index);
    if (entry === undefined) break;
    bytes += entryBytes(entry);
    if (bytes > bytesMax && found.length > 0) break;
    found.push(entry);
  }
  return found;
}

/** Puts entries behind the entry before the first of them, dropping what stood there. */
export function replaceFrom(log: RaftLog, entries: readonly Entry[]): void {
  const first = entries[0];
  if (first === undefined) return;
  assert(first.index > log.base.index && first.index <= lastIndex(log) + 1, "entries join the log without a gap");
  if (first.index <= lastIndex(log)) {
    log.entries.length = first.index - log.base.index - 1;
    // What is being written, or was, is no longer what the log says; it must be written anew.
    log.stableIndex = Math.min(log.stableIndex, first.index - 1);
    log.persistingIndex = Math.min(log.persistingIndex, first.index - 1);
  }
  for (const entry of entries) log.entries.push(entry);
}

/** Forgets everything and starts behind a snapshot. */
export function resetTo(log: RaftLog, position: EntryPosition): void {
  log.base = { index: position.index, term: position.term };
  log.entries = [];
  log.stableIndex = position.index;
  log.persistingIndex = position.index;
}

/** Forgets entries through `index`, which the disk must hold. */
export function compactTo(log: RaftLog, index: number): void {
  if (index <= log.base.index) return;
  const term = termAt(log, index);
  assert(term !== undefined && index <= log.stableIndex, "only what the disk holds leaves the memory");
  log.entries.splice(0, index - log.base.index);
  log.base = { index, term };
}

/** Whether a log that ends so is at least as complete as this one (thesis §3.6.1). */
export function isUpToDate(log: RaftLog, index: number, term: number): boolean {
  return term > lastTerm(log) || (term === lastTerm(log) && index >= lastIndex(log));
}

/**
 * The last index not after `index` whose term is not above `term`: where two logs can still agree, so that a conflict
 * skips whole terms instead of single entries. The window's base when the log is not known further back.
 */
export function lastAgreement(log: RaftLog, index: number, term: number): EntryPosition {
  let candidate = Math.min(index, lastIndex(log));
  while (candidate > log.base.index && (termAt(log, candidate) ?? 0) > term) candidate -= 1;
  return { index: candidate, term: termAt(log, candidate) ?? 0 };
}
