/** A backend in memory whose disk outlives it, so that a crash can be played: unfinished writes may be lost. */
import type { BackendEntry, BackendOperation, BackendRange, StateBackend } from "../state-backend.ts";

/** What survives. Hand it to a second backend to start again after the first has lost power. */
export class MemoryDisk {
  readonly entries = new Map<string, string>();
  /** Finished writes, and operations and characters in them. */
  readonly written = { batches: 0, operations: 0, size: 0 };
  readonly read = { values: 0 };

  apply(batch: readonly BackendOperation[]): void {
    this.written.batches += 1;
    this.written.operations += batch.length;
    for (const operation of batch) {
      this.written.size += operation.key.length + (operation.type === "put" ? operation.value.length : 0);
      if (operation.type === "put") this.entries.set(operation.key, operation.value);
      else this.entries.delete(operation.key);
    }
  }
}

interface UnfinishedWrite {
  readonly batch: readonly BackendOperation[];
}

export class MemoryStateBackend implements StateBackend {
  readonly disk: MemoryDisk;
  readonly #flush: () => Promise<void>;
  readonly #unfinished = new Set<UnfinishedWrite>();
  #dead = false;

  /** A write lasts as long as `flush`, and reaches the disk when that resolves; it fails when that rejects. */
  constructor(disk: MemoryDisk = new MemoryDisk(), flush: () => Promise<void> = () => Promise.resolve()) {
    this.disk = disk;
    this.#flush = flush;
  }

  /**
   * Power fails: of the unfinished writes the first `kept` reach the disk, whole, the others never. No promise of
   * this backend settles afterwards, as in a process that is gone.
   */
  losePower(kept = 0): void {
    this.#dead = true;
    for (const { batch } of Array.from(this.#unfinished).slice(0, kept)) this.disk.apply(batch);
    this.#unfinished.clear();
  }

  async get(key: string): Promise<string | undefined> {
    const [value] = await this.getMany([key]);
    return value;
  }

  async getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    const values = keys.map((key) => this.disk.entries.get(key));
    this.disk.read.values += values.length;
    await this.#alive();
    return values;
  }

  async *scan(range: BackendRange): AsyncGenerator<BackendEntry> {
    const keys = Array.from(this.disk.entries.keys()).filter((key) => key >= range.from && key < range.to);
    keys.sort();
    if (range.reverse) keys.reverse();
    const entries = keys.slice(0, range.limit).map((key) => ({ key, value: this.disk.entries.get(key) ?? "" }));
    await this.#alive();
    yield* entries;
  }

  async write(batch: readonly BackendOperation[]): Promise<void> {
    const unfinished = { batch };
    if (!this.#dead) this.#unfinished.add(unfinished);
    try {
      await this.#flush();
      await this.#alive();
      this.disk.apply(batch);
    } finally {
      this.#unfinished.delete(unfinished);
    }
  }

  async close(): Promise<void> {}

  /** Resolves at once while there is power, never when there is none. */
  #alive(): Promise<void> {
    return this.#dead ? new Promise(() => {}) : Promise.resolve();
  }
}
