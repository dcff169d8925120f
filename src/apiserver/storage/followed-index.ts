/**
 * What the objects of a collection say together, kept current in memory by a watch of what this voter has applied: it
 * needs no leader. Nothing is read before the first question; after that the watch goes on until the store closes.
 */
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Revision, StoreKey } from "../../store/types.ts";
import type { ObjectStore } from "./object-store.ts";

export interface Index {
  /** Everything that was written up to here is in it. */
  revision: Revision;
  put(key: StoreKey, object: ApiObject): void;
  delete(key: StoreKey): void;
}

export interface FollowedIndexOptions<Kept extends Index> {
  readonly objects: Pick<ObjectStore, "reader" | "shared">;
  /** Of the collection's keys. */
  readonly prefix: StoreKey;
  readonly empty: () => Kept;
  readonly log: Logger;
}

export class FollowedIndex<Kept extends Index> {
  readonly #options: FollowedIndexOptions<Kept>;
  #following: Promise<Kept> | undefined;

  constructor(options: FollowedIndexOptions<Kept>) {
    this.#options = options;
  }

  /**
   * Without reading anything again; it may lag behind what this voter has applied, as its `revision` tells. Throws what
   * the store throws where it cannot be read.
   */
  async current(): Promise<Kept> {
    this.#following ??= this.#follow();
    try {
      return await this.#following;
    } catch (thrown) {
      this.#following = undefined;
      throw thrown;
    }
  }

  /** As of now, from every object there is; kept current by nobody. */
  async fresh(): Promise<Kept> {
    const { objects, prefix, empty } = this.#options;
    const kept = empty();
    const { items, revision } = await objects.reader.range({ prefix });
    for (const { key, modRevision, value } of items) kept.put(key, objects.shared.at(key, modRevision, value));
    kept.revision = revision;
    return kept;
  }

  async #follow(): Promise<Kept> {
    const kept = await this.fresh();
    void this.#watch(kept);
    return kept;
  }

  async #watch(kept: Kept): Promise<void> {
    const { objects, prefix, log } = this.#options;
    const request = { prefix, after: kept.revision, signal: new AbortController().signal };
    try {
      for await (const { revision, events } of objects.reader.watch(request)) {
        for (const { type, key, revision: at, value } of events) {
          if (type === "put") kept.put(key, objects.shared.at(key, at, value));
          else kept.delete(key);
        }
        kept.revision = revision;
      }
    } catch (thrown) {
      log.warn("read anew: the watch has ended", { prefix, reason: messageOf(thrown) });
    }
    // Never answer from what is no longer kept current.
    this.#following = undefined;
  }
}
