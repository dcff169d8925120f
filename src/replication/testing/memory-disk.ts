/** A disk in memory, whose files a test can damage. */
import { crc32 } from "node:zlib";
import { DiskFullError } from "../disk-full.ts";
import type { Disk, DiskFile } from "../log/disk.ts";

export interface DiskWrite {
  readonly name: string;
  readonly at: number;
  readonly bytes: Uint8Array;
}

export class MemoryDisk implements Disk {
  readonly files = new Map<string, Buffer>();
  /** Every write to an open file, in order. */
  readonly writes: DiskWrite[] = [];
  /** Room for new files. */
  freeBytesLeft = Number.POSITIVE_INFINITY;
  /** Takes the place of the next write, which then fails as if power were lost. */
  interruptNext: ((file: Buffer, write: DiskWrite) => void) | undefined;

  async list(): Promise<readonly string[]> {
    return Array.from(this.files.keys());
  }

  async read(name: string): Promise<Uint8Array> {
    return Buffer.from(this.#file(name));
  }

  async create(name: string, byteCount: number): Promise<void> {
    if (this.files.has(name)) throw new Error(`${name} exists`);
    if (byteCount > this.freeBytesLeft) throw new DiskFullError();
    this.freeBytesLeft -= byteCount;
    this.files.set(name, Buffer.alloc(byteCount));
  }

  async open(name: string): Promise<DiskFile> {
    const file = this.#file(name);
    return {
      write: async (at, bytes) => {
        const write = { name, at, bytes: Buffer.from(bytes) };
        const interrupt = this.interruptNext;
        this.interruptNext = undefined;
        if (interrupt !== undefined) {
          interrupt(file, write);
          throw new Error("power lost");
        }
        this.writes.push(write);
        file.set(write.bytes, at);
      },
      close: async () => {},
    };
  }

  async rename(from: string, to: string): Promise<void> {
    if (this.files.has(to)) throw new Error(`${to} exists`);
    this.files.set(to, this.#file(from));
    this.files.delete(from);
  }

  async remove(name: string): Promise<void> {
    this.freeBytesLeft += this.#file(name).byteLength;
    this.files.delete(name);
  }

  async freeBytes(): Promise<number> {
    return this.freeBytesLeft;
  }

  checksum(bytes: Uint8Array, previous = 0): number {
    return crc32(bytes, previous);
  }

  #file(name: string): Buffer {
    const file = this.files.get(name);
    if (file === undefined) throw new Error(`no file ${name}`);
    return file;
  }
}
