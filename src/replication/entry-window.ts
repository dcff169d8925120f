/** Bounds what the log keeps in memory: recent entries, for peers that are a little behind. */
import { entryAt, lastIndex } from "../raft/log.ts";
import { type Entry, entryBytes, totalBytes } from "../raft/message.ts";
import type { Raft } from "../raft/raft.ts";
import { compactLog } from "../raft/ready.ts";

export interface WindowLimits {
  readonly windowEntriesMax: number;
  readonly windowBytesMax: number;
}

export class EntryWindow {
  readonly #limits: WindowLimits;
  /** Of the applied entries in memory. */
  #bytes: number;

  constructor(raft: Raft, limits: WindowLimits) {
    this.#limits = limits;
    this.#bytes = totalBytes(raft.log.entries.filter((entry) => entry.index <= raft.appliedIndex));
  }

  noteApplied(entries: readonly Entry[]): void {
    this.#bytes += totalBytes(entries);
  }

  noteReset(): void {
    this.#bytes = 0;
  }

  /** Drops the older half of what is applied once a limit is passed, so that this happens rarely. */
  trim(raft: Raft): void {
    const { windowEntriesMax, windowBytesMax } = this.#limits;
    const { base } = raft.log;
    if (raft.appliedIndex - base.index <= windowEntriesMax && this.#bytes <= windowBytesMax) return;
    let index = Math.max(
      base.index,
      Math.min(raft.appliedIndex, lastIndex(raft.log) - Math.floor(windowEntriesMax / 2)),
    );
    let bytes = this.#bytes;
    for (let dropped = base.index + 1; dropped <= raft.appliedIndex; dropped += 1) {
      if (dropped > index && bytes <= windowBytesMax / 2) break;
      const entry = entryAt(raft.log, dropped);
      if (entry !== undefined) bytes -= entryBytes(entry);
      index = Math.max(index, dropped);
    }
    this.#bytes = bytes;
    compactLog(raft, index);
  }
}
