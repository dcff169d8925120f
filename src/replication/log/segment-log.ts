/**
 * The Raft log on disk: a chain of preallocated segment files, one synchronous write for each record.
 *
 * Small records share a sector, full segments are followed by one prepared in advance, and whole segments are removed
 * once a checkpoint of the state has made them superfluous. Why: `docs/design/raft-log.md`.
 */
import { assert } from "../../lib/assert.ts";
import type { EntryPosition } from "../../raft/message.ts";
import { DiskFullError } from "../disk-full.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { DurableMark } from "./durable-mark.ts";
import { encodeFrame, frameBytes } from "./frame.ts";
import { encodeLogRecord, type LogRecord } from "./log-record.ts";
import { type Recovery, recover } from "./recovery.ts";
import type { ReplayedLog } from "./replayed-log.ts";
import { segmentName } from "./segment-name.ts";

export interface SegmentLogTuning {
  /** Size of a segment file, unless a single record is larger. */
  readonly segmentBytes: number;
}

export const defaultSegmentLogTuning: SegmentLogTuning = { segmentBytes: 4 * 1024 * 1024 };

interface Segment {
  readonly ordinal: number;
  readonly byteCount: number;
  end: number;
  indexMax: number;
}

export class SegmentLog {
  /** Payload and frames written since the start. */
  bytesWritten = 0;
  readonly #disk: Disk;
  readonly #tuning: SegmentLogTuning;
  /** Oldest first; the last is written to. */
  readonly #segments: Segment[];
  readonly #checksum: Disk["checksum"];
  #file: DiskFile | undefined;
  #spare: Promise<Segment> | undefined;
  #removing: Promise<void> = Promise.resolve();
  #nextSequence: number;
  #previousChecksum: number;
  readonly #mark: DurableMark;
  #marking: Promise<void> | undefined;
  #failure: unknown;
  #writing = false;

  private constructor(disk: Disk, tuning: SegmentLogTuning, recovery: Recovery, mark: DurableMark) {
    this.#disk = disk;
    this.#mark = mark;
    this.#checksum = disk.checksum.bind(disk);
    this.#tuning = tuning;
    this.#segments = recovery.segments;
    this.#nextSequence = recovery.nextSequence;
    this.#previousChecksum = recovery.previousChecksum;
  }

  /**
   * Reads what is there and clears away a write that never finished. Throws `DamagedVoterError` when the log is
   * damaged where something acknowledged may have been.
   */
  static async open(
    disk: Disk,
    tuning: SegmentLogTuning = defaultSegmentLogTuning,
  ): Promise<{ readonly log: SegmentLog; readonly replayed: ReplayedLog }> {
    const mark = await DurableMark.open(disk);
    const recovery = await recover(disk, mark.sequence);
    for (const segment of recovery.segments) {
      if (segment.unfinishedBytes === 0) continue;
      const file = await disk.open(segmentName(segment.ordinal));
      await file.write(segment.end, new Uint8Array(segment.unfinishedBytes));
      await file.close();
      segment.unfinishedBytes = 0;
    }
    const log = new SegmentLog(disk, tuning, recovery, mark);
    await log.#adoptEmptySegments();
    return { log, replayed: recovery.log };
  }

  /**
   * Durable when it resolves. One at a time. Throws `DiskFullError`, having written nothing, when there is no room for
   * another segment: the same may be tried again. After any other failure it always fails: the process must end.
   */
  async append(record: LogRecord): Promise<void> {
    assert(!this.#writing, "records are written one at a time");
    if (this.#failure !== undefined) throw this.#failure;
    this.#writing = true;
    try {
      const payload = encodeLogRecord(record);
      const segment = await this.#segmentFor(frameBytes(payload.byteLength), record);
      if (this.#failure !== undefined) throw this.#failure;
      const place = {
        sequence: this.#nextSequence,
        previousChecksum: this.#previousChecksum,
        segmentBytes: segment.byteCount,
      };
      const frame = encodeFrame(place, payload, this.#checksum);
      this.#file ??= await this.#disk.open(segmentName(segment.ordinal));
      await this.#file.write(segment.end, frame.bytes);
      this.#noteWritten(segment, frame, record);
    } catch (error) {
      // What the disk holds now is unknown; only a new start can find out.
      if (!(error instanceof DiskFullError)) this.#failure = error;
      throw error;
    } finally {
      this.#writing = false;
    }
  }

  /**
   * Makes a snapshot at `position` the ground of the log, once the state is there: the record stands in a segment of
   * its own, so that all older ones can go.
   */
  async restartAt(position: EntryPosition, hardState: LogRecord["hardState"]): Promise<void> {
    await this.append({ hardState, change: { type: "snapshotInstalled", position } });
    await this.#removeOlderThan(this.#current());
  }

  /** Removes segments that hold no entry after `index`, which a durable checkpoint contains. */
  async removeThrough(index: number): Promise<void> {
    const keepFrom = this.#segments.find((segment) => segment.indexMax > index) ?? this.#current();
    await this.#removeOlderThan(keepFrom);
  }

  /** Whether all that was appended is known to have been durable from outside of the segments, too. */
  get isMarked(): boolean {
    return this.#mark.sequence === this.#nextSequence - 1;
  }

  /**
   * Notes outside of the segments how far they are durable, for a log whose end is damaged later. Costs a write of its
   * own, so it is for when the log has come to rest. Resolves at once when there is nothing to note.
   */
  mark(): Promise<void> {
    if (this.#failure !== undefined || this.isMarked) return Promise.resolve();
    this.#marking ??= this.#mark.write(this.#nextSequence - 1).finally(() => {
      this.#marking = undefined;
    });
    return this.#marking;
  }

  /** Waits for nothing but what is under way. */
  async close(): Promise<void> {
    await this.#spare?.catch(() => undefined);
    await this.#marking?.catch(() => undefined);
    await this.#mark.close();
    await this.#file?.close();
  }

  #current(): Segment | undefined {
    return this.#segments.at(-1);
  }

  /** Oldest first and one at a time, whoever asks: a crash in between leaves a chain without a gap. */
  #removeOlderThan(keepFrom: Segment | undefined): Promise<void> {
    this.#removing = this.#removing.then(async () => {
      // A segment whose first record is still being written does not yet carry the hard state.
      const newest = this.#segments.findLast((segment) => segment.end > 0);
      const keepOrdinal = Math.min(keepFrom?.ordinal ?? 0, newest?.ordinal ?? 0);
      for (let oldest = this.#segments[0]; oldest !== undefined; oldest = this.#segments[0]) {
        if (oldest.ordinal >= keepOrdinal) return;
        this.#segments.shift();
        await this.#disk.remove(segmentName(oldest.ordinal));
      }
    });
    return this.#removing;
  }

  async #segmentFor(byteCount: number, record: LogRecord): Promise<Segment> {
    const current = this.#current();
    const startsAnew = record.change.type === "snapshotInstalled" && (current?.end ?? 0) > 0;
    if (current !== undefined && current.end + byteCount <= current.byteCount && !startsAnew) return current;
    const spare = await this.#spare?.catch(() => undefined);
    this.#spare = undefined;
    const isLargeEnough = spare !== undefined && byteCount <= spare.byteCount;
    // In place of one prepared for smaller records: an empty segment before others would look like damage.
    if (spare !== undefined && !isLargeEnough) await this.#disk.remove(segmentName(spare.ordinal));
    const next = isLargeEnough ? spare : await this.#createSegment(byteCount);
    this.#segments.push(next);
    await this.#file?.close();
    this.#file = undefined;
    return next;
  }

  async #createSegment(byteCountMin: number): Promise<Segment> {
    const byteCount = Math.max(this.#tuning.segmentBytes, byteCountMin);
    const ordinal = (this.#current()?.ordinal ?? 0) + 1;
    await this.#disk.create(segmentName(ordinal), byteCount);
    return { ordinal, byteCount, end: 0, indexMax: 0 };
  }

  #noteWritten(segment: Segment, frame: { bytes: Uint8Array; checksum: number }, record: LogRecord): void {
    const { change } = record;
    segment.end += frame.bytes.byteLength;
    const last = change.type === "entries" ? (change.entries.at(-1) ?? change.previous) : change.position;
    segment.indexMax = Math.max(segment.indexMax, last.index);
    this.bytesWritten += frame.bytes.byteLength;
    this.#nextSequence += 1;
    this.#previousChecksum = frame.checksum;
    if (this.#spare === undefined && segment.end > segment.byteCount / 2) {
      this.#spare = this.#createSegment(0);
      this.#spare.catch((error: unknown) => {
        // There is room left in this segment: tried again with the next record.
        if (error instanceof DiskFullError) this.#spare = undefined;
        else this.#failure = error;
      });
    }
  }

  /** An empty segment at the end was prepared in advance; one cut short while it was made is made again. */
  async #adoptEmptySegments(): Promise<void> {
    const isEmpty = (segment: Segment | undefined) => segment?.end === 0 && segment.indexMax === 0;
    const empties: Segment[] = [];
    while (isEmpty(this.#current())) empties.unshift(...this.#segments.splice(-1));
    const [first, ...rest] = empties;
    for (const segment of rest.reverse()) await this.#disk.remove(segmentName(segment.ordinal));
    if (first === undefined) return;
    if (first.byteCount < this.#tuning.segmentBytes) await this.#disk.remove(segmentName(first.ordinal));
    else this.#spare = Promise.resolve(first);
  }
}
