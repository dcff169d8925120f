/**
 * A board's slice on its own disk.
 *
 * Cards rot, and a board may have to start its pods from a damaged slice with nobody to ask. So every object carries
 * its checksum and lies uncompressed, where damage stays with the object that it hits; a database that does not open
 * is rebuilt from what can be read. The slice then differs from what the voter knows, who sends it anew as a whole.
 */
import { rm } from "node:fs/promises";
import type { Level } from "level";
import type { SliceStore } from "../../agent/ports.ts";
import { type SliceObject, sliceKey } from "../../api/board-link.ts";
import { messageOf, TerminalError } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import { compactRange, openLevel, repairLevel } from "./open-level.ts";
import type { SecretCipher } from "./slice-record.ts";
import { decodeRecord, encodeRecord, recordKey, recordRange } from "./slice-record.ts";

const settings = { compression: false, writeBufferSize: 256 << 10, cacheSize: 256 << 10, maxOpenFiles: 20 };
/** Present once the board has been told its slice, be it an empty one. */
const toldKey = "told";

export class LevelSliceStore implements SliceStore {
  readonly #directory: string;
  readonly #cipher: SecretCipher;
  readonly #logger: Logger;
  #level: Level;
  /** Set when LevelDB cannot read all of its files: the next whole slice gets new ones. */
  #unreadable = false;

  private constructor(directory: string, cipher: SecretCipher, logger: Logger, level: Level) {
    this.#directory = directory;
    this.#cipher = cipher;
    this.#logger = logger;
    this.#level = level;
  }

  /** Opens or makes the database in `directory`. Throws `TerminalError` when another process holds it. */
  static async open(directory: string, cipher: SecretCipher, logger: Logger): Promise<LevelSliceStore> {
    try {
      return new LevelSliceStore(directory, cipher, logger, await openLevel(directory, settings));
    } catch (error) {
      if (error instanceof TerminalError) throw error;
      logger.error("the slice does not open and is rebuilt from what can be read", { reason: messageOf(error) });
      await repairLevel(directory);
      return new LevelSliceStore(directory, cipher, logger, await openLevel(directory, settings));
    }
  }

  async load(): Promise<readonly SliceObject[] | undefined> {
    const records = await this.#records();
    const objects: SliceObject[] = [];
    for (const [key, record] of records) {
      const object = decodeRecord(key, record, this.#cipher);
      if (object !== undefined) objects.push(object);
      else this.#logger.error("an object of the slice is damaged and left out", { key });
    }
    const told = records.size > 0 || (await this.#level.get(toldKey)) !== undefined;
    return told ? objects : undefined;
  }

  async change(upserts: readonly SliceObject[], removes: readonly string[]): Promise<void> {
    await this.#write(new Map(upserts.map((object) => this.#entryOf(object))), new Set(removes.map(recordKey)));
  }

  async replace(objects: readonly SliceObject[]): Promise<void> {
    const records = await this.#records();
    if (this.#unreadable) await this.#startAnew();
    const wrote = await this.#write(new Map(objects.map((object) => this.#entryOf(object))), new Set(records.keys()));
    // Out of LevelDB's log, where one damaged byte costs a whole batch, into a table, where it costs an entry.
    if (wrote) await compactRange(this.#level, recordRange.gte, toldKey);
  }

  close(): Promise<void> {
    return this.#level.close();
  }

  #entryOf(object: SliceObject): readonly [string, string] {
    return [recordKey(sliceKey(object)), encodeRecord(object, this.#cipher)];
  }

  /** Writes what differs from what is there; `removes` that are among `puts` stay. */
  async #write(puts: ReadonlyMap<string, string>, removes: ReadonlySet<string>): Promise<boolean> {
    const wanted = new Map<string, string | undefined>([...removes].map((key) => [key, undefined]));
    for (const [key, record] of [...puts, [toldKey, ""] as const]) wanted.set(key, record);
    const keys = Array.from(wanted.keys());
    const present = await this.#level.getMany(keys);
    const changed = Array.from(wanted).filter(([, record], at) => record !== present[at]);
    if (changed.length === 0) return false;
    const operations = changed.map(([key, value]) =>
      value === undefined ? ({ type: "del", key } as const) : ({ type: "put", key, value } as const),
    );
    await this.#level.batch(operations, { sync: true });
    return true;
  }

  /** All that can be read: from the first on and, where that breaks off, from the last on. */
  async #records(): Promise<Map<string, string>> {
    const records = new Map<string, string>();
    for (const reverse of [false, true]) {
      try {
        for await (const [key, record] of this.#level.iterator({ ...recordRange, reverse })) records.set(key, record);
        break;
      } catch (error) {
        this.#unreadable = true;
        this.#logger.error("a part of the slice cannot be read", { reason: messageOf(error) });
      }
    }
    return records;
  }

  /** A crash before the next write leaves a board that was never told its slice, and so removes nothing. */
  async #startAnew(): Promise<void> {
    await this.#level.close();
    await rm(this.#directory, { recursive: true });
    this.#level = await openLevel(this.#directory, settings);
    this.#unreadable = false;
  }
}
