/**
 * The Raft log on disk: a chain of preallocated segment files, one synchronous write for each record.
 *
 * Small records share a sector, full segments are followed by one prepared in advance, and whole segments are removed
 * once a checkpoint of the state has made them superfluous. Why: `docs/design/raft-log.md`.
 */
import { assert } from "../../lib/assert.ts";
import type { EntryPosition } from "../../raft/message.ts";
import { DiskFullError } from "../disk-full.ts";
import type { Disk } from "./disk.ts";
import { DurableMark } from "./durable-mark.ts";
import { encodeFrame, frameBytes } from "./frame.ts";
import { encodeLogRecord, type LogRecord } from "./log-record.ts";
import { type FoundSegment, type Recovery, recover } from "./recovery.ts";
import type { ReplayedLog } from "./replayed-log.ts";
import { contentBytesOf, SectorWriter } from "./sectors.ts";
import { segmentName } from "./segment-name.ts";
import { defaultSegmentLogTuning, type SegmentLogTuning, SegmentSupply } from "./segment-supply.ts";

export class SegmentLog {
  /** Payload and frames written since the start. */
  bytesWritten = 0;
  readonly #disk: Disk;
  /** Oldest first; the last is written to. */
  readonly #segments: FoundSegment[];
  readonly #supply: SegmentSupply;
  readonly #checksum: Disk["checksum"];
  #writer: SectorWriter | undefined;
  #isPreparing = false;
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
    const lastUsed = recovery.segments.findLastIndex(({ end }) => end > 0);
    this.#segments = recovery.segments.slice(0, lastUsed + 1);
    this.#supply = new SegmentSupply(disk, tuning, this.#segments.at(-1)?.ordinal ?? 0);
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
      if (segment.unfinishedBytes > 0) await eraseUnfinished(disk, segment);
    }
    const log = new SegmentLog(disk, tuning, recovery, mark);
    await log.#supply.adopt(recovery.segments.slice(log.#segments.length));
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
      this.#writer ??= await openWriter(this.#disk, segment);
      await this.#writer.append(frame.bytes);
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
    await this.#supply.settled();
    await this.#marking?.catch(() => undefined);
    await this.#mark.close();
    await this.#writer?.close();
  }

  #current(): FoundSegment | undefined {
    return this.#segments.at(-1);
  }

  /** Oldest first, whoever asks. */
  async #removeOlderThan(keepFrom: FoundSegment | undefined): Promise<void> {
    // A segment whose first record is still being written does not yet carry the hard state.
    const newest = this.#segments.findLast((segment) => segment.end > 0);
    const keepOrdinal = Math.min(keepFrom?.ordinal ?? 0, newest?.ordinal ?? 0);
    const isKept = this.#segments.findIndex(({ ordinal }) => ordinal >= keepOrdinal);
    const retired = this.#segments.splice(0, Math.max(0, isKept));
    await Promise.all(retired.map((segment) => this.#supply.retire(segment)));
  }

  async #segmentFor(byteCount: number, record: LogRecord): Promise<FoundSegment> {
    const current = this.#current();
    const startsAnew = record.change.type === "snapshotInstalled" && (current?.end ?? 0) > 0;
    const isFull = current === undefined || current.end + byteCount > contentBytesOf(current.byteCount);
    if (!isFull && !startsAnew) return current;
    const next = await this.#supply.take(byteCount);
    this.#segments.push(next);
    await this.#writer?.close();
    this.#writer = undefined;
    return next;
  }

  #noteWritten(segment: FoundSegment, frame: { bytes: Uint8Array; checksum: number }, record: LogRecord): void {
    const { change } = record;
    segment.end += frame.bytes.byteLength;
    const last = change.type === "entries" ? (change.entries.at(-1) ?? change.previous) : change.position;
    segment.indexMax = Math.max(segment.indexMax, last.index);
    this.bytesWritten += frame.bytes.byteLength;
    this.#nextSequence += 1;
    this.#previousChecksum = frame.checksum;
    if (this.#supply.isEmpty && segment.end > contentBytesOf(segment.byteCount) / 2) this.#prepare();
  }

  #prepare(): void {
    if (this.#isPreparing) return;
    this.#isPreparing = true;
    this.#supply.prepare().then(
      () => {
        this.#isPreparing = false;
      },
      (error: unknown) => {
        this.#isPreparing = false;
        // There is room left in this segment: tried again with the next record.
        if (!(error instanceof DiskFullError)) this.#failure = error;
      },
    );
  }
}

async function openWriter(disk: Disk, segment: FoundSegment): Promise<SectorWriter> {
  const file = await disk.open(segmentName(segment.ordinal));
  return new SectorWriter(file, segment, disk.checksum.bind(disk));
}

async function eraseUnfinished(disk: Disk, segment: FoundSegment): Promise<void> {
  const writer = await openWriter(disk, segment);
  await writer.append(Buffer.alloc(segment.unfinishedBytes));
  await writer.close();
  segment.unfinishedBytes = 0;
}
