/** The state of a voter in LevelDB, always written synchronously, with little memory. */
import type { Level } from "level";
import { messageOf } from "../../lib/errors.ts";
import { damagedState } from "../../store/layout.ts";
import type { BackendEntry, BackendOperation, BackendRange, StateBackend } from "../../store/state-backend.ts";
import { isCorruption, openLevel } from "./open-level.ts";

/**
 * LevelDB may hold two write buffers and one cache. A buffer that holds a usual checkpoint keeps the first level's
 * files from getting small and many; values compress well, and the operating system caches files on its own.
 */
const settings = { compression: true, writeBufferSize: 1 << 20, cacheSize: 1 << 20, maxOpenFiles: 64 };

export class LevelStateBackend implements StateBackend {
  readonly #level: Level;

  private constructor(level: Level) {
    this.#level = level;
  }

  /** Opens or makes the database in `directory`. Throws `TerminalError` when it is damaged or in use. */
  static async open(directory: string): Promise<LevelStateBackend> {
    try {
      return new LevelStateBackend(await openLevel(directory, settings));
    } catch (error) {
      throw isCorruption(error) ? damagedState(messageOf(error)) : error;
    }
  }

  async get(key: string): Promise<string | undefined> {
    const [value] = await this.#level.getMany([key]);
    return value;
  }

  /** LevelDB takes its snapshot in the call itself. */
  getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    return this.#level.getMany(Array.from(keys));
  }

  async *scan(range: BackendRange): AsyncGenerator<BackendEntry> {
    const { from, to, limit = -1, reverse = false } = range;
    for await (const [key, value] of this.#level.iterator({ gte: from, lt: to, limit, reverse })) yield { key, value };
  }

  async write(batch: readonly BackendOperation[]): Promise<void> {
    const operations = batch.map((operation) =>
      operation.type === "put" ? operation : ({ type: "del", key: operation.key } as const),
    );
    await this.#level.batch(operations, { sync: true });
  }

  close(): Promise<void> {
    return this.#level.close();
  }
}
