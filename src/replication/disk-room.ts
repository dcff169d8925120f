/** Whether the disk has room for the log and the state to go on, noticed before it has none at all. */
import type { Disk } from "./log/disk.ts";

/** Room enough again is more than room enough, so that a voter on the edge does not change its mind all the time. */
const recoveryFactor = 1.25;

export class DiskRoom {
  readonly #disk: Pick<Disk, "freeBytes">;
  readonly #reserveBytes: number;
  #isShort = false;
  #looking: Promise<void> | undefined;

  /** `reserveBytes`: with less than this, nothing that can be refused is written. */
  constructor(disk: Pick<Disk, "freeBytes">, reserveBytes: number) {
    this.#disk = disk;
    this.#reserveBytes = reserveBytes;
  }

  get isShort(): boolean {
    return this.#isShort;
  }

  /** Reads nothing but the file system's own count. Resolves to whether `isShort` has changed. */
  async look(): Promise<boolean> {
    const before = this.#isShort;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
    return this.#isShort !== before;
  }

  async #look(): Promise<void> {
    const freeBytes = await this.#disk.freeBytes();
    this.#isShort = freeBytes < this.#reserveBytes * (this.#isShort ? recoveryFactor : 1);
  }
}
