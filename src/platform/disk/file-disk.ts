/** A directory of the board's file system as the Raft log's disk. */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, statfs, unlink } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { DiskFullError } from "../../replication/disk-full.ts";
import type { Disk, DiskFile } from "../../replication/log/disk.ts";

const fillBytes = 256 * 1024;

export class FileDisk implements Disk {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes the directory where it does not exist. */
  static async open(directory: string): Promise<FileDisk> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new FileDisk(directory);
  }

  list(): Promise<readonly string[]> {
    return readdir(this.#directory);
  }

  read(name: string): Promise<Uint8Array> {
    return readFile(this.#path(name));
  }

  async create(name: string, byteCount: number): Promise<void> {
    // Flash is not worn by filling what cannot be filled.
    if ((await this.freeBytes()) < byteCount) throw new DiskFullError();
    try {
      await this.#fill(name, byteCount);
    } catch (error) {
      if (!isFull(error)) throw error;
      await rm(this.#path(name), { force: true });
      throw new DiskFullError({ cause: error });
    }
    await this.#syncDirectory();
  }

  async #fill(name: string, byteCount: number): Promise<void> {
    const handle = await open(this.#path(name), "wx", 0o600);
    try {
      const zeros = new Uint8Array(Math.min(fillBytes, byteCount));
      for (let at = 0; at < byteCount; at += zeros.byteLength) {
        await writeWhole(handle, at, zeros.subarray(0, byteCount - at));
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async open(name: string): Promise<DiskFile> {
    // One flush a write and, in a preallocated file, none of metadata: O_DSYNC is what makes the log cheap.
    const handle = await open(this.#path(name), constants.O_WRONLY | constants.O_DSYNC);
    return {
      write: (at, bytes) => writeWhole(handle, at, bytes),
      close: () => handle.close(),
    };
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(this.#path(from), this.#path(to));
    await this.#syncDirectory();
  }

  async remove(name: string): Promise<void> {
    await unlink(this.#path(name));
    // Else a power cut could undo an earlier removal but not a later one, which leaves a gap in the chain.
    await this.#syncDirectory();
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#directory);
    return bavail * bsize;
  }

  checksum(bytes: Uint8Array, previous = 0): number {
    return crc32(bytes, previous);
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }

  async #syncDirectory(): Promise<void> {
    const handle = await open(this.#directory, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

function isFull(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOSPC" || code === "EDQUOT";
}

async function writeWhole(handle: FileHandle, at: number, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.byteLength - written, at + written);
    written += bytesWritten;
  }
}
