/** A log that never grows beyond its bound and never makes its writers wait: the oldest of a few files goes first. */
import { type FileHandle, mkdir, open, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";

export interface RotatingFileOptions {
  /** A file that is longer is set aside as `<path>.1`, and those before it move one on. */
  readonly bytesMax: number;
  /** The current one among them. */
  readonly filesMax: number;
  /** What may wait for the disk; lines beyond it are lost, and counted. */
  readonly pendingBytesMax: number;
  readonly log: Logger;
}

export class RotatingFile {
  readonly #path: string;
  readonly #options: RotatingFileOptions;
  #file: FileHandle;
  #length: number;
  #pending: string[] = [];
  #pendingLength = 0;
  #lost = 0;
  #writing: Promise<void> | undefined;

  private constructor(path: string, options: RotatingFileOptions, file: FileHandle, length: number) {
    this.#path = path;
    this.#options = options;
    this.#file = file;
    this.#length = length;
  }

  /** Goes on where the file ends. Throws what the file system does. */
  static async open(path: string, options: RotatingFileOptions): Promise<RotatingFile> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await openForAppending(path);
    return new RotatingFile(path, options, file, (await stat(path)).size);
  }

  /** Takes the line at once; the disk gets it when it can. */
  write(line: string): void {
    if (this.#pendingLength + line.length > this.#options.pendingBytesMax) {
      this.#lost += 1;
      return;
    }
    this.#pending.push(line);
    this.#pendingLength += line.length;
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when everything that was taken has been written. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      const bytes = Buffer.from(this.#pending.join(""));
      this.#pending = [];
      this.#pendingLength = 0;
      try {
        if (this.#length > 0 && this.#length + bytes.length > this.#options.bytesMax) await this.#rotate();
        await this.#file.appendFile(bytes);
        this.#length += bytes.length;
      } catch (error) {
        this.#options.log.error("lines of the log are lost", { path: this.#path, reason: messageOf(error) });
      }
      this.#tellLost();
    }
  }

  async #rotate(): Promise<void> {
    await this.#file.close();
    try {
      for (let number = this.#options.filesMax - 1; number >= 1; number -= 1) {
        const older = number === 1 ? this.#path : `${this.#path}.${number - 1}`;
        await rename(older, `${this.#path}.${number}`).catch(ignoreMissing);
      }
      this.#length = 0;
    } finally {
      this.#file = await openForAppending(this.#path);
    }
  }

  #tellLost(): void {
    if (this.#lost === 0) return;
    this.#options.log.warn("lines of the log are lost: they came faster than the disk takes them", {
      path: this.#path,
      lines: this.#lost,
    });
    this.#lost = 0;
  }
}

/** For nobody but its owner to read: what people ask for is their own business. */
function openForAppending(path: string): Promise<FileHandle> {
  return open(path, "a", 0o600);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
