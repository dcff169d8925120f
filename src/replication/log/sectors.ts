/**
 * A segment file as sectors that say in which of the file's uses they were written, so that a file may serve again
 * without being filled with zeros first, which would write every byte of the log twice.
 *
 * Each sector begins with a stamp of 8 bytes: the number of the segment and its checksum. A sector of zeros, or with the
 * stamp of an earlier segment, was not written since this one was begun and reads as zeros. A sector with any
 * other stamp is damaged, and reads as such. What frames stand in is what remains: the sectors' contents in a row.
 */
import type { Disk, DiskFile } from "./disk.ts";

const sectorBytes = 512;
const stampBytes = 8;
export const sectorContentBytes = sectorBytes - stampBytes;
const zeros = Buffer.alloc(sectorBytes);
/** Neither zeros, which would be taken for unwritten, nor anything that a frame begins with. */
const damage = 0xff;

type Checksum = Disk["checksum"];

/** How much a file of this size can hold. */
export function contentBytesOf(fileBytes: number): number {
  return Math.floor(fileBytes / sectorBytes) * sectorContentBytes;
}

/** The size of a file that holds this much. */
export function fileBytesFor(contentBytes: number): number {
  return Math.ceil(contentBytes / sectorContentBytes) * sectorBytes;
}

/** What was written to the file since it became segment `ordinal`. Takes the place of `file`, to spare a copy. */
export function readContent(file: Buffer, ordinal: number, checksum: Checksum): Buffer {
  const stamp = stampOf(ordinal, checksum);
  let length = 0;
  for (let at = 0; at < file.byteLength; at += sectorBytes) {
    const sector = file.subarray(at, at + sectorBytes);
    // Of a file cut short in a stamp, that alone is left to show.
    const content = sector.byteLength > stampBytes ? sector.subarray(stampBytes) : sector;
    const isCurrent = stamp.equals(sector.subarray(0, stampBytes));
    if (isCurrent || isUnwritten(sector)) file.set(content, length);
    else file.fill(isOfEarlierUse(sector, ordinal, checksum) ? 0 : damage, length, length + content.byteLength);
    length += content.byteLength;
  }
  return file.subarray(0, length);
}

function isUnwritten(sector: Buffer): boolean {
  return sector.equals(zeros.subarray(0, sector.byteLength));
}

function isOfEarlierUse(sector: Buffer, ordinal: number, checksum: Checksum): boolean {
  if (sector.byteLength < stampBytes) return false;
  const stamped = sector.readUInt32LE(0);
  return stamped < ordinal && stampOf(stamped, checksum).equals(sector.subarray(0, stampBytes));
}

function stampOf(ordinal: number, checksum: Checksum): Buffer {
  const stamp = Buffer.alloc(stampBytes);
  stamp.writeUInt32LE(ordinal, 0);
  stamp.writeUInt32LE(checksum(stamp.subarray(0, 4)), 4);
  return stamp;
}

/** Appends to the content of one segment, whole sectors at a time: the last one is written again with what joins it. */
export class SectorWriter {
  readonly #file: DiskFile;
  readonly #stamp: Buffer;
  #sector: number;
  /** The content of the sector that is not full. */
  #tail: Buffer;

  /** `tail`: what stands in the last sector before `end`. */
  constructor(
    file: DiskFile,
    { ordinal, end, tail }: { readonly ordinal: number; readonly end: number; readonly tail: Buffer },
    checksum: Checksum,
  ) {
    this.#file = file;
    this.#stamp = stampOf(ordinal, checksum);
    this.#sector = Math.floor(end / sectorContentBytes);
    this.#tail = tail;
  }

  /** Durable when it resolves. */
  async append(bytes: Buffer): Promise<void> {
    const content = this.#tail.byteLength === 0 ? bytes : Buffer.concat([this.#tail, bytes]);
    await this.#file.write(this.#sector * sectorBytes, this.#stamped(content));
    const fullSectors = Math.floor(content.byteLength / sectorContentBytes);
    this.#sector += fullSectors;
    // A copy: a view would keep the whole group in memory.
    this.#tail = Buffer.from(content.subarray(fullSectors * sectorContentBytes));
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #stamped(content: Buffer): Buffer {
    const sectors = Buffer.alloc(fileBytesFor(content.byteLength));
    for (let from = 0, at = 0; at < sectors.byteLength; from += sectorContentBytes, at += sectorBytes) {
      sectors.set(this.#stamp, at);
      content.copy(sectors, at + stampBytes, from, from + sectorContentBytes);
    }
    return sectors;
  }
}
