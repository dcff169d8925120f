/**
 * How far the log is known to have been durable, kept outside of it: the last record of a log has no successor that
 * could vouch for it, so damage that looks like a write cut short, or like the end, is told from one by this mark.
 *
 * A file with two slots in different pages, written in turn: magic, sequence number of a durable record (64 bits),
 * checksum. A slot that cannot be read vouches for nothing.
 */
import type { Disk, DiskFile } from "./disk.ts";

const fileName = "durable.mark";
const slotSpacing = 4096;
const slotBytes = 16;
const slots = 2;
const magic = 0x4b524d42;

export class DurableMark {
  readonly #disk: Disk;
  #sequence: number;
  #exists: boolean;
  #file: DiskFile | undefined;
  #nextSlot: number;

  private constructor(disk: Disk, sequence: number, exists: boolean, nextSlot: number) {
    this.#disk = disk;
    this.#sequence = sequence;
    this.#exists = exists;
    this.#nextSlot = nextSlot;
  }

  static async open(disk: Disk): Promise<DurableMark> {
    const names = await disk.list();
    if (!names.includes(fileName)) return new DurableMark(disk, 0, false, 0);
    const file = Buffer.from(await disk.read(fileName));
    if (file.byteLength < slots * slotSpacing) {
      // Cut short while it was made.
      await disk.remove(fileName);
      return new DurableMark(disk, 0, false, 0);
    }
    const first = readSlot(file, 0, disk);
    const second = readSlot(file, slotSpacing, disk);
    return new DurableMark(disk, Math.max(first, second), true, first > second ? 1 : 0);
  }

  /** Every record through this one was durable. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Durable when it resolves. One at a time. */
  async write(sequence: number): Promise<void> {
    if (!this.#exists) await this.#disk.create(fileName, slots * slotSpacing);
    this.#exists = true;
    this.#file ??= await this.#disk.open(fileName);
    const slot = this.#nextSlot;
    this.#nextSlot = (slot + 1) % slots;
    await this.#file.write(slot * slotSpacing, encodeSlot(sequence, this.#disk));
    this.#sequence = sequence;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}

function encodeSlot(sequence: number, disk: Disk): Buffer {
  const slot = Buffer.alloc(slotBytes);
  slot.writeUInt32LE(magic, 0);
  slot.writeBigUInt64LE(BigInt(sequence), 4);
  slot.writeUInt32LE(disk.checksum(slot.subarray(0, slotBytes - 4)), slotBytes - 4);
  return slot;
}

/** 0 where nothing is vouched for. */
function readSlot(file: Buffer, at: number, disk: Disk): number {
  const slot = file.subarray(at, at + slotBytes);
  const isWhole =
    slot.readUInt32LE(0) === magic &&
    slot.readUInt32LE(slotBytes - 4) === disk.checksum(slot.subarray(0, slotBytes - 4));
  return isWhole ? Number(slot.readBigUInt64LE(4)) : 0;
}
