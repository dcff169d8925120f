/** The log as its records, read from first to last, have left it. */
import { unreachable } from "../../lib/assert.ts";
import type { Entry, EntryPosition, HardState } from "../../raft/message.ts";
import type { LogRecord } from "./log-record.ts";

export class ReplayedLog {
  hardState: HardState = { term: 0, vote: undefined };
  /** The entry before the first of `entries`. */
  base: EntryPosition = { index: 0, term: 0 };
  entries: Entry[] = [];
  /** A snapshot whose installation may or may not have ended. */
  openSnapshot: EntryPosition | undefined;
  /** Records seen; none means that this voter has never promised anything. */
  recordCount = 0;

  /** Returns false for a record that cannot follow the ones before it. */
  add({ hardState, change }: LogRecord): boolean {
    this.hardState = hardState;
    this.openSnapshot = undefined;
    const isFirst = this.recordCount === 0;
    this.recordCount += 1;
    switch (change.type) {
      case "entries":
        return this.#replaceAfter(change.previous, change.entries, isFirst);
      case "snapshotBegun":
        this.openSnapshot = change.position;
        if (isFirst) this.base = change.previous;
        return true;
      case "snapshotInstalled":
        this.base = change.position;
        this.entries = [];
        return true;
      default:
        return unreachable(change);
    }
  }

  get last(): EntryPosition {
    return this.entries.at(-1) ?? this.base;
  }

  #replaceAfter(previous: EntryPosition, entries: readonly Entry[], isFirst: boolean): boolean {
    // What came before the first record that is kept has been removed; so has an entry that it replaces.
    if (isFirst || previous.index < this.base.index) {
      this.base = previous;
      this.entries = [];
    }
    if (previous.index > this.last.index) return false;
    if (entries.length > 0) {
      this.entries.length = previous.index - this.base.index;
      if (this.last.term !== previous.term) return false;
    }
    for (const entry of entries) this.entries.push(entry);
    return true;
  }
}
