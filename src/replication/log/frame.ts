/**
 * The frame around each record of a segment: what tells a whole record from a damaged one, and a write that never
 * finished from one that did.
 *
 * Header of 32 bytes, little-endian: magic, payload length, sequence number (64 bits), checksum of the frame before, size
 * of the segment file, checksum of this frame (the header so far and all that follows the header), checksum of the
 * header. Then the payload, and at least two marks up to a multiple of 8. Frames stand one behind the other in what the
 * sectors of a segment hold, which is zeros where nothing was written.
 */
import type { Disk } from "./disk.ts";
import { sectorContentBytes } from "./sectors.ts";

const magic = 0x4c4d5242;
/** Twice at least, so that no single byte that turns zero makes the last sector look as if it was never written. */
const endMark = 0xa5;
const endMarksMin = 2;
const headerBytes = 32;
const checksumAt = 24;
const headerChecksumAt = 28;
const alignment = 8;

type Checksum = Disk["checksum"];

export interface Frame {
  readonly sequence: number;
  readonly previousChecksum: number;
  readonly checksum: number;
  readonly payload: Uint8Array;
  /** Where the next frame starts. */
  readonly end: number;
}

export type FrameReading =
  | { readonly kind: "frame"; readonly frame: Frame }
  /** Only zeros from here on. */
  | { readonly kind: "end" }
  /** `isUnfinished`: a sector of it was never written, as after a power cut during its write. */
  | { readonly kind: "damaged"; readonly isUnfinished: boolean };

export interface FramePlace {
  readonly sequence: number;
  readonly previousChecksum: number;
  /** Size of the file that it goes into. */
  readonly segmentBytes: number;
}

export function encodeFrame(
  { sequence, previousChecksum, segmentBytes }: FramePlace,
  payload: Uint8Array,
  checksum: Checksum,
): { readonly bytes: Buffer; readonly checksum: number } {
  const bytes = Buffer.alloc(frameBytes(payload.byteLength), endMark);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(payload.byteLength, 4);
  bytes.writeBigUInt64LE(BigInt(sequence), 8);
  bytes.writeUInt32LE(previousChecksum, 16);
  bytes.writeUInt32LE(segmentBytes, 20);
  bytes.set(payload, headerBytes);
  const frameChecksum = checksum(bytes.subarray(headerBytes), checksum(bytes.subarray(0, checksumAt)));
  bytes.writeUInt32LE(frameChecksum, checksumAt);
  bytes.writeUInt32LE(checksum(bytes.subarray(0, headerChecksumAt)), headerChecksumAt);
  return { bytes, checksum: frameChecksum };
}

/** The size of a frame around a payload of this size. */
export function frameBytes(payloadBytes: number): number {
  return Math.ceil((headerBytes + payloadBytes + endMarksMin) / alignment) * alignment;
}

/** What a segment file holds. */
export interface SegmentContent {
  readonly bytes: Buffer;
  /** Size of the file. */
  readonly fileBytes: number;
}

export function readFrame(content: SegmentContent, at: number, checksum: Checksum): FrameReading {
  const { bytes: segment, fileBytes } = content;
  const header = segment.subarray(at, at + headerBytes);
  // No frame begins where no header fits: a file cut short, or bytes that changed.
  if (header.byteLength < headerBytes && !isZero(header)) return { kind: "damaged", isUnfinished: false };
  if (isZero(header)) {
    return isZero(segment.subarray(at)) ? { kind: "end" } : { kind: "damaged", isUnfinished: true };
  }
  if (!isHeaderWhole(header, checksum)) {
    return { kind: "damaged", isUnfinished: isUnfinished(segment, at, at + headerBytes) };
  }
  const payloadBytes = header.readUInt32LE(4);
  const end = at + frameBytes(payloadBytes);
  if (header.readUInt32LE(20) !== fileBytes || end > segment.byteLength)
    return { kind: "damaged", isUnfinished: false };
  const payload = segment.subarray(at + headerBytes, at + headerBytes + payloadBytes);
  const frameChecksum = header.readUInt32LE(checksumAt);
  const body = segment.subarray(at + headerBytes, end);
  if (checksum(body, checksum(header.subarray(0, checksumAt))) !== frameChecksum) {
    return { kind: "damaged", isUnfinished: isUnfinished(segment, at, end) };
  }
  const sequence = Number(header.readBigUInt64LE(8));
  return {
    kind: "frame",
    frame: { sequence, previousChecksum: header.readUInt32LE(16), checksum: frameChecksum, payload, end },
  };
}

/**
 * Whether a whole frame with a number above `sequence` stands anywhere from `at` on: writes follow one another, so its
 * predecessors were durable, and acknowledged, before it began.
 */
export function hasLaterFrame(content: SegmentContent, at: number, sequence: number, checksum: Checksum): boolean {
  const { bytes: segment } = content;
  for (
    let place = Math.ceil(at / alignment) * alignment;
    place + headerBytes <= segment.byteLength;
    place += alignment
  ) {
    if (segment.readUInt32LE(place) !== magic) continue;
    const reading = readFrame(content, place, checksum);
    if (reading.kind === "frame" && reading.frame.sequence > sequence) return true;
  }
  return false;
}

/** Where the last byte that is not zero ends. */
export function usedBytes({ bytes }: SegmentContent): number {
  let used = bytes.byteLength;
  while (used > 0 && bytes[used - 1] === 0) used -= 1;
  return used;
}

function isHeaderWhole(header: Buffer, checksum: Checksum): boolean {
  return (
    header.readUInt32LE(0) === magic &&
    header.readUInt32LE(headerChecksumAt) === checksum(header.subarray(0, headerChecksumAt))
  );
}

/**
 * A frame's share of a sector is never all zeros (its values are text), so one that is was never written. Power is cut
 * between sectors, not inside of one: fewer zeros are bytes that changed.
 */
function isUnfinished(segment: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; ) {
    const sectorEnd = Math.min(to, (Math.floor(at / sectorContentBytes) + 1) * sectorContentBytes);
    if (isZero(segment.subarray(at, sectorEnd))) return true;
    at = sectorEnd;
  }
  return false;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
