/** A disk in memory that takes its time, and whose unfinished writes are torn sector by sector when power fails. */
import { crc32 } from "node:zlib";
import type { Random } from "../../src/lib/random.ts";
import type { Disk, DiskFile } from "../../src/replication/log/disk.ts";
import type { VirtualTime } from "./virtual-time.ts";

const sectorBytes = 512;

/** What survives a power cut. */
export type Platter = Map<string, Buffer>;

interface Unfinished {
  /** Applies what a power cut may have let through. */
  readonly tear: () => void;
}

export class FaultDisk implements Disk {
  readonly #platter: Platter;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #unfinished = new Set<Unfinished>();
  #isAlive = true;
  /** Until then nothing finishes, as on a card that cleans up. */
  stalledUntilMs = 0;
  /** Called once, when the next write begins, with the time it will take. */
  onNextWrite: ((durationMs: number) => void) | undefined;
  readonly #writeMsMax: number;
  readonly #whenRunning: (action: () => void) => void;
  /** Writes take so many times as long. */
  slowness = 1;
  /** Files that were given another name, and with it another use. */
  renamed = 0;

  /** `whenRunning` holds back what the voter hears while its process stands still; the disk itself goes on. */
  constructor(platter: Platter, time: VirtualTime, random: Random, whenRunning: (action: () => void) => void) {
    this.#platter = platter;
    this.#time = time;
    this.#random = random;
    this.#whenRunning = whenRunning;
    // A card for life: some are slow enough for much to happen during a write.
    this.#writeMsMax = [2, 5, 20, 80][random.below(4)] ?? 5;
  }

  async list(): Promise<readonly string[]> {
    return Array.from(this.#platter.keys());
  }

  async read(name: string): Promise<Uint8Array> {
    return Buffer.from(this.#file(name));
  }

  create(name: string, byteCount: number): Promise<void> {
    const whole = () => this.#platter.set(name, Buffer.alloc(byteCount));
    const partly = () => {
      if (this.#random.below(2) === 0) this.#platter.set(name, Buffer.alloc(this.#random.below(byteCount + 1)));
    };
    return this.#finishLater(whole, partly);
  }

  async open(name: string): Promise<DiskFile> {
    const file = this.#file(name);
    return {
      write: (at, bytes) => {
        const copy = Buffer.from(bytes);
        return this.#finishLater(
          () => file.set(copy, at),
          () => this.#tear(file, at, copy),
        );
      },
      close: () => Promise.resolve(),
    };
  }

  rename(from: string, to: string): Promise<void> {
    const rename = () => {
      this.#platter.set(to, this.#file(from));
      this.#platter.delete(from);
      this.renamed += 1;
    };
    return this.#finishLater(rename, () => this.#random.below(2) === 0 && rename());
  }

  remove(name: string): Promise<void> {
    const remove = () => this.#platter.delete(name);
    return this.#finishLater(remove, () => this.#random.below(2) === 0 && remove());
  }

  async freeBytes(): Promise<number> {
    return Number.POSITIVE_INFINITY;
  }

  checksum(bytes: Uint8Array, previous = 0): number {
    return crc32(bytes, previous);
  }

  /** Nothing that was under way is ever heard of again; some of it may have reached the disk. */
  losePower(): void {
    this.#isAlive = false;
    for (const { tear } of this.#unfinished) tear();
    this.#unfinished.clear();
  }

  #finishLater(finish: () => void, tear: () => void): Promise<void> {
    const unfinished = { tear };
    this.#unfinished.add(unfinished);
    const stallMs = Math.max(0, this.stalledUntilMs - this.#time.nowMs);
    const delayMs = 0.2 + this.slowness * this.#writeMsMax * this.#random.next() + stallMs;
    const { onNextWrite } = this;
    this.onNextWrite = undefined;
    onNextWrite?.(delayMs);
    return new Promise((resolve) => {
      this.#time.after(delayMs, () => {
        if (!this.#isAlive) return;
        this.#unfinished.delete(unfinished);
        finish();
        this.#whenRunning(resolve);
      });
    });
  }

  /** Each sector is as it was or as it was to be. */
  #tear(file: Buffer, at: number, bytes: Buffer): void {
    const way = this.#random.below(4);
    if (way === 0) return;
    if (way === 1) {
      const cutAt = at + this.#random.below(bytes.byteLength + 1);
      const written = cutAt === at + bytes.byteLength ? cutAt - at : cutAt - (cutAt % sectorBytes) - at;
      if (written > 0) file.set(bytes.subarray(0, written), at);
      return;
    }
    for (let from = at; from < at + bytes.byteLength; ) {
      const to = Math.min(at + bytes.byteLength, (Math.floor(from / sectorBytes) + 1) * sectorBytes);
      if (way === 2 || this.#random.below(2) === 0) file.set(bytes.subarray(from - at, to - at), from);
      from = to;
    }
  }

  #file(name: string): Buffer {
    const file = this.#platter.get(name);
    if (file === undefined) throw new Error(`no file ${name}`);
    return file;
  }
}
