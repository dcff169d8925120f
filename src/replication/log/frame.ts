/**
 * The frame around each record of a segment: what tells a whole record from a damaged one, and a write that never
 * finished from one that did.
 *
 * Header of 32 bytes, little-endian: magic, payload length, sequence number (64 bits), checksum of the frame before,
 * checksum of this frame (the header so far and all that follows it), checksum of the header, end mark. Then the
 * payload, zeros up to a multiple of 8 and a last byte that is not zero. Frames stand one behind the other in a file of
 * zeros.
 */
import type { Disk } from "./disk.ts";

const magic = 0x4c4d5242;
const headerEndMark = 0xa55a3cc3;
const frameEndMark = 0xa5;
const headerBytes = 32;
const sectorBytes = 512;
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

export function encodeFrame(
  sequence: number,
  previousChecksum: number,
  payload: Uint8Array,
  checksum: Checksum,
): { readonly bytes: Uint8Array; readonly checksum: number } {
  const bytes = Buffer.alloc(frameBytes(payload.byteLength));
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(payload.byteLength, 4);
  bytes.writeBigUInt64LE(BigInt(sequence), 8);
  bytes.writeUInt32LE(previousChecksum, 16);
  bytes.set(payload, headerBytes);
  bytes.writeUInt8(frameEndMark, bytes.byteLength - 1);
  const frameChecksum = checksum(bytes.subarray(headerBytes), checksum(bytes.subarray(0, 20)));
  bytes.writeUInt32LE(frameChecksum, 20);
  bytes.writeUInt32LE(checksum(bytes.subarray(0, 24)), 24);
  bytes.writeUInt32LE(headerEndMark, 28);
  return { bytes, checksum: frameChecksum };
}

/** The size of a frame around a payload of this size. */
export function frameBytes(payloadBytes: number): number {
  return Math.ceil((headerBytes + payloadBytes + 1) / alignment) * alignment;
}

export function readFrame(segment: Buffer, at: number, checksum: Checksum): FrameReading {
  const header = segment.subarray(at, at + headerBytes);
  if (header.byteLength < headerBytes || isZero(header)) {
    return isZero(segment.subarray(at)) ? { kind: "end" } : { kind: "damaged", isUnfinished: true };
  }
  if (!isHeaderWhole(header, checksum)) {
    return { kind: "damaged", isUnfinished: isUnfinished(segment, at, at + headerBytes) };
  }
  const payloadBytes = header.readUInt32LE(4);
  const end = at + frameBytes(payloadBytes);
  if (end > segment.byteLength) return { kind: "damaged", isUnfinished: false };
  const payload = segment.subarray(at + headerBytes, at + headerBytes + payloadBytes);
  const frameChecksum = header.readUInt32LE(20);
  const body = segment.subarray(at + headerBytes, end);
  if (checksum(body, checksum(header.subarray(0, 20))) !== frameChecksum) {
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
export function hasLaterFrame(segment: Buffer, at: number, sequence: number, checksum: Checksum): boolean {
  for (
    let place = Math.ceil(at / alignment) * alignment;
    place + headerBytes <= segment.byteLength;
    place += alignment
  ) {
    if (segment.readUInt32LE(place) !== magic) continue;
    const reading = readFrame(segment, place, checksum);
    if (reading.kind === "frame" && reading.frame.sequence > sequence) return true;
  }
  return false;
}

/** Where the last byte that is not zero ends. */
export function usedBytes(segment: Buffer): number {
  let used = segment.byteLength;
  while (used > 0 && segment[used - 1] === 0) used -= 1;
  return used;
}

function isHeaderWhole(header: Buffer, checksum: Checksum): boolean {
  return (
    header.readUInt32LE(0) === magic &&
    header.readUInt32LE(24) === checksum(header.subarray(0, 24)) &&
    header.readUInt32LE(28) === headerEndMark
  );
}

/** A record ends in a mark and holds no sector of zeros, so zeros in their place were never overwritten. */
function isUnfinished(segment: Buffer, from: number, to: number): boolean {
  if (segment[to - 1] === 0) return true;
  for (let at = from; at < to; ) {
    const sectorEnd = Math.min(to, (Math.floor(at / sectorBytes) + 1) * sectorBytes);
    if (isZero(segment.subarray(at, sectorEnd))) return true;
    at = sectorEnd;
  }
  return false;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
