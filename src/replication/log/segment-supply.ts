/**
 * Segments that wait to be written to: made in advance, or used before and no longer needed. They stand behind the last
 * one of the log, in order, so that a start finds one chain.
 */
import { DiskFullError } from "../disk-full.ts";
import type { Disk } from "./disk.ts";
import { type FoundSegment, newSegment } from "./recovery.ts";
import { contentBytesOf, fileBytesFor } from "./sectors.ts";
import { segmentName } from "./segment-name.ts";

export interface SegmentLogTuning {
  /** Size of a segment file, unless a single record is larger. */
  readonly segmentBytes: number;
}

export const defaultSegmentLogTuning: SegmentLogTuning = { segmentBytes: 4 * 1024 * 1024 };

/** A checkpoint frees as many segments as were filled since the one before, at once. */
const sparesMax = 8;

export class SegmentSupply {
  readonly #disk: Disk;
  readonly #tuning: SegmentLogTuning;
  readonly #spares: FoundSegment[] = [];
  #ordinalMax: number;
  /** Changes of files, one after the other: a crash in between leaves a chain without a gap. */
  #changes: Promise<void> = Promise.resolve();

  /** `ordinalMax`: the last segment of the log, 0 without one. */
  constructor(disk: Disk, tuning: SegmentLogTuning, ordinalMax: number) {
    this.#disk = disk;
    this.#tuning = tuning;
    this.#ordinalMax = ordinalMax;
  }

  get isEmpty(): boolean {
    return this.#spares.length === 0;
  }

  /** The segments that a start found behind the log, in order. Those from one that was cut short on are removed. */
  async adopt(found: readonly FoundSegment[]): Promise<void> {
    const cutShort = found.findIndex(({ byteCount }) => byteCount < this.#tuning.segmentBytes);
    const kept = cutShort < 0 ? found : found.slice(0, cutShort);
    for (const { ordinal } of found.slice(kept.length).reverse()) await this.#disk.remove(segmentName(ordinal));
    this.#spares.push(...kept);
    this.#ordinalMax += kept.length;
  }

  /** The next segment of the log, with room for a record of this size. Throws `DiskFullError`, having changed nothing. */
  async take(contentBytes: number): Promise<FoundSegment> {
    const spare = this.#takeSpare(contentBytes);
    return spare ?? this.#change(async () => this.#takeSpare(contentBytes) ?? this.#make(contentBytes));
  }

  /** Has one ready before it is needed. */
  prepare(): Promise<void> {
    return this.#change(async () => {
      if (this.isEmpty) this.#spares.push(await this.#create(0));
    });
  }

  /** A segment that the log needs no more: the oldest one of the log each time. */
  retire({ ordinal, byteCount }: FoundSegment): Promise<void> {
    return this.#change(async () => {
      const isOfUse = byteCount === this.#tuning.segmentBytes && this.#spares.length < sparesMax;
      if (!isOfUse) return this.#disk.remove(segmentName(ordinal));
      const next = this.#ordinalMax + 1;
      await this.#disk.rename(segmentName(ordinal), segmentName(next));
      this.#ordinalMax = next;
      this.#spares.push(newSegment(next, byteCount));
    });
  }

  /** Waits for what is under way, however it ends. */
  settled(): Promise<void> {
    return this.#changes.catch(() => undefined);
  }

  #takeSpare(contentBytes: number): FoundSegment | undefined {
    const [spare] = this.#spares;
    if (spare === undefined || contentBytes > contentBytesOf(spare.byteCount)) return undefined;
    return this.#spares.shift();
  }

  /** In place of spares that are too small: an empty segment before others would look like damage. */
  async #make(contentBytes: number): Promise<FoundSegment> {
    for (let last = this.#spares.at(-1); last !== undefined; last = this.#spares.at(-1)) {
      await this.#disk.remove(segmentName(last.ordinal));
      this.#spares.pop();
      this.#ordinalMax -= 1;
    }
    return this.#create(contentBytes);
  }

  async #create(contentBytes: number): Promise<FoundSegment> {
    const byteCount = Math.max(this.#tuning.segmentBytes, fileBytesFor(contentBytes));
    const next = this.#ordinalMax + 1;
    await this.#disk.create(segmentName(next), byteCount);
    this.#ordinalMax = next;
    return newSegment(next, byteCount);
  }

  /** After a failure nothing more is changed: the process must end. A disk without room has failed nobody. */
  #change<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#changes.then(change);
    this.#changes = changed.then(
      () => undefined,
      (error: unknown) => {
        if (!(error instanceof DiskFullError)) throw error;
      },
    );
    this.#changes.catch(() => undefined);
    return changed;
  }
}
