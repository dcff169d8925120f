/**
 * Reads the segments back after a start and decides what may be forgotten: only the last write, and only when it shows
 * that it never finished. Whatever else is damaged was promised to somebody, so the voter must not go on.
 */
import { DamagedVoterError } from "../damaged-voter.ts";
import { MalformedError } from "../encoding/byte-reader.ts";
import type { Disk } from "./disk.ts";
import { hasLaterFrame, readFrame, usedBytes } from "./frame.ts";
import { decodeLogRecord, type LogRecord } from "./log-record.ts";
import { ReplayedLog } from "./replayed-log.ts";
import { readContent, sectorContentBytes } from "./sectors.ts";
import { segmentName, segmentOrdinal } from "./segment-name.ts";

/** One segment file as it was found. */
export interface FoundSegment {
  readonly ordinal: number;
  readonly byteCount: number;
  /** Where the next frame goes, in what the file holds. */
  end: number;
  /** The highest index of an entry in it; 0 without entries. */
  indexMax: number;
  /** The content before `end` that shares a sector with what comes next. */
  tail: Buffer;
  /** How many bytes behind `end` an unfinished write left behind, to be zeroed before anything is written. */
  unfinishedBytes: number;
}

export interface Recovery {
  readonly log: ReplayedLog;
  /** Oldest first. The last may be empty. */
  readonly segments: FoundSegment[];
  /** The number of the next frame, and the checksum it must carry of the one before. */
  nextSequence: number;
  previousChecksum: number;
}

/**
 * `durableSequence`: a record that is known to have been durable, 0 where none is. Throws `DamagedVoterError` when the
 * log is damaged where an acknowledged write may have been. Changes nothing.
 */
export async function recover(disk: Disk, durableSequence: number): Promise<Recovery> {
  const ordinals = (await disk.list()).map(segmentOrdinal).filter((ordinal) => ordinal !== undefined);
  ordinals.sort((a, b) => a - b);
  const recovery: Recovery = { log: new ReplayedLog(), segments: [], nextSequence: 1, previousChecksum: 0 };
  for (const [place, ordinal] of ordinals.entries()) {
    if (ordinal !== (ordinals[0] ?? 0) + place) throw damaged(segmentName(ordinal - 1), 0, "the file is missing");
    await readSegment(disk, ordinal, recovery);
  }
  if (recovery.nextSequence <= durableSequence) {
    const last = recovery.segments.findLast(({ end }) => end > 0);
    throw damaged(segmentName(last?.ordinal ?? 1), last?.end ?? 0, "records that were durable are gone");
  }
  return recovery;
}

async function readSegment(disk: Disk, ordinal: number, recovery: Recovery): Promise<void> {
  const bytes = await disk.read(segmentName(ordinal));
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const checksum = disk.checksum.bind(disk);
  const segment = { bytes: readContent(file, ordinal, checksum), fileBytes: file.byteLength };
  const found = newSegment(ordinal, file.byteLength);
  const unfinishedBefore = recovery.segments.find((each) => each.unfinishedBytes > 0);
  const emptyBefore = recovery.segments.find((each) => each.end === 0);
  recovery.segments.push(found);
  for (;;) {
    const reading = readFrame(segment, found.end, checksum);
    if (reading.kind === "end") break;
    // A segment is only begun when the one before it holds a record.
    if (emptyBefore !== undefined) throw damaged(segmentName(emptyBefore.ordinal), 0, "its records are gone");
    const broken = unfinishedBefore ?? found;
    if (reading.kind === "frame" && unfinishedBefore === undefined) {
      const { frame } = reading;
      const isFirst = recovery.log.recordCount === 0;
      const follows = frame.sequence === recovery.nextSequence && frame.previousChecksum === recovery.previousChecksum;
      if (!isFirst && !follows)
        throw damaged(segmentName(ordinal), found.end, "a record does not follow the one before");
      const record = parse(frame.payload, ordinal, found.end);
      if (!recovery.log.add(record)) throw damaged(segmentName(ordinal), found.end, "entries are missing before it");
      found.indexMax = Math.max(found.indexMax, indexMaxOf(record));
      found.end = frame.end;
      recovery.nextSequence = frame.sequence + 1;
      recovery.previousChecksum = frame.checksum;
      continue;
    }
    const isTail =
      reading.kind === "damaged" &&
      reading.isUnfinished &&
      unfinishedBefore === undefined &&
      !hasLaterFrame(segment, found.end, recovery.nextSequence, checksum);
    if (!isTail) throw damaged(segmentName(broken.ordinal), broken.end, "a record is damaged");
    found.unfinishedBytes = usedBytes(segment) - found.end;
    break;
  }
  // A copy: a view would keep the whole segment in memory.
  found.tail = Buffer.from(segment.bytes.subarray(found.end - (found.end % sectorContentBytes), found.end));
}

/** One that holds nothing yet. */
export function newSegment(ordinal: number, byteCount: number): FoundSegment {
  return { ordinal, byteCount, end: 0, indexMax: 0, tail: Buffer.alloc(0), unfinishedBytes: 0 };
}

function parse(payload: Uint8Array, ordinal: number, at: number): LogRecord {
  try {
    return decodeLogRecord(payload);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw damaged(segmentName(ordinal), at, error.message);
  }
}

function indexMaxOf({ change }: LogRecord): number {
  return change.type === "entries" ? (change.entries.at(-1)?.index ?? change.previous.index) : change.position.index;
}

/** The one line that a person reads. Re-joining makes a new identity, as this voter no longer knows what it promised. */
function damaged(file: string, at: number, what: string): DamagedVoterError {
  return new DamagedVoterError(
    `the Raft log of this voter is damaged (${file} at byte ${at}: ${what}); ` +
      "remove this voter from the fleet, empty its data directory, and join it again with `bramble join`",
  );
}
