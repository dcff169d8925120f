/** A disk that keeps account of the Raft log on it: how large it is, and how long its writes take to be durable. */
import type { Clock } from "../../lib/clock.ts";
import type { Histogram } from "../../lib/metrics.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { segmentOrdinal } from "./segment-name.ts";

export class MeasuredDisk implements Disk {
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #writeSeconds: Histogram;
  readonly #segmentBytes = new Map<string, number>();

  constructor(disk: Disk, clock: Clock, writeSeconds: Histogram) {
    this.#disk = disk;
    this.#clock = clock;
    this.#writeSeconds = writeSeconds;
  }

  get segments(): number {
    return this.#segmentBytes.size;
  }

  /** What the segments take on the disk, the part that is yet to be filled included. */
  get bytes(): number {
    return this.#segmentBytes.values().reduce((sum, bytes) => sum + bytes, 0);
  }

  list(): Promise<readonly string[]> {
    return this.#disk.list();
  }

  async read(name: string): Promise<Uint8Array> {
    const bytes = await this.#disk.read(name);
    this.#note(name, bytes.byteLength);
    return bytes;
  }

  async create(name: string, byteCount: number): Promise<void> {
    await this.#disk.create(name, byteCount);
    this.#note(name, byteCount);
  }

  async open(name: string): Promise<DiskFile> {
    const file = await this.#disk.open(name);
    return {
      write: async (at, bytes) => {
        const startMs = this.#clock.monotonicMs();
        await file.write(at, bytes);
        this.#writeSeconds.observe((this.#clock.monotonicMs() - startMs) / 1_000);
      },
      close: () => file.close(),
    };
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#disk.rename(from, to);
    const byteCount = this.#segmentBytes.get(from);
    this.#segmentBytes.delete(from);
    if (byteCount !== undefined) this.#note(to, byteCount);
  }

  async remove(name: string): Promise<void> {
    await this.#disk.remove(name);
    this.#segmentBytes.delete(name);
  }

  freeBytes(): Promise<number> {
    return this.#disk.freeBytes();
  }

  checksum(bytes: Uint8Array, previous?: number): number {
    return this.#disk.checksum(bytes, previous);
  }

  #note(name: string, byteCount: number): void {
    if (segmentOrdinal(name) !== undefined) this.#segmentBytes.set(name, byteCount);
  }
}
