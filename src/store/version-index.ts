/** Which versions of which keys exist, without their values: what the state machine keeps in memory. */
import { assert } from "../lib/assert.ts";
import { changeInventory, type Inventory, takeInventory } from "./inventory.ts";
import { SortedKeys } from "./sorted-keys.ts";
import { type Revision, RevisionUnavailableError, revision, type StoreKey } from "./types.ts";
import { compareVersions, type Version } from "./version.ts";

/**
 * Invariants: a history ascends and is never empty; the log holds every version after `compacted` in order; of the
 * versions up to `compacted` a history holds at most one, a put, which is what the key was at `compacted`.
 */
export class VersionIndex {
  #revision = revision(0);
  #compacted = revision(0);
  readonly #keys = new SortedKeys();
  readonly #histories = new Map<StoreKey, Version[]>();
  #log: Version[] = [];
  #inventory: Inventory = takeInventory([]);

  /**
   * Rebuilds an index from `versions` in order. Also returns what `compacted` makes superfluous but was still stored:
   * a checkpoint may have recorded the compaction before its deletions.
   */
  static load(versions: Iterable<Version>, current: Revision, compacted: Revision) {
    const index = new VersionIndex();
    for (const version of versions) index.add(version);
    assert(index.#revision <= current, "no version is newer than the recorded revision");
    index.#revision = current;
    return { index, dropped: index.compact(compacted) };
  }

  get revision(): Revision {
    return this.#revision;
  }

  /** Reads and watches reach back to here. */
  get compacted(): Revision {
    return this.#compacted;
  }

  /** All versions that are kept, added up: as the histories, it is the same on all replicas. */
  get inventory(): Inventory {
    return this.#inventory;
  }

  /** Throws `RevisionUnavailableError` unless the state at `asked`, and all that came after it, is known. */
  requireReadable(asked: Revision): void {
    if (asked > this.#revision) throw new RevisionUnavailableError("future", asked, this.#revision);
    if (asked < this.#compacted) throw new RevisionUnavailableError("compacted", asked, this.#compacted);
  }

  /** Appends a version; those of one revision are added together, before anyone reads. */
  add(version: Version): void {
    assert(version.modRevision >= this.#revision, "versions are added in order");
    this.#revision = version.modRevision;
    this.#log.push(version);
    this.#inventory = changeInventory(this.#inventory, takeInventory([version]), takeInventory([]));
    const history = this.#histories.get(version.key);
    if (history !== undefined) {
      history.push(version);
    } else {
      this.#histories.set(version.key, [version]);
      this.#keys.add(version.key);
    }
  }

  /** Forgets what cannot be seen from `target` on, and returns it. */
  compact(target: Revision): Version[] {
    const reached = revision(Math.min(target, this.#revision));
    if (reached <= this.#compacted) return [];
    this.#compacted = reached;
    const end = this.#logPosition(reached);
    // A key that loses a version has changed since the last compaction, so it is in this part of the log.
    const changed = new Set(this.#log.slice(0, end).map((version) => version.key));
    this.#log = this.#log.slice(end);
    const dropped: Version[] = [];
    for (const key of changed) for (const version of this.#compactKey(key, reached)) dropped.push(version);
    this.#inventory = changeInventory(this.#inventory, takeInventory([]), takeInventory(dropped));
    return dropped;
  }

  /** The put that shows under `key` as of `at`, if any. */
  visible(key: StoreKey, at: Revision = this.#revision): Version | undefined {
    return visibleIn(this.#histories.get(key), at);
  }

  /** The put that `version` replaced or deleted. */
  before(version: Version): Version | undefined {
    return this.visible(version.key, revision(version.modRevision - 1));
  }

  /** What shows under `prefix` as of `at`, by key. Must be drained before the index changes. */
  *range(prefix: string, after: StoreKey | undefined, at: Revision): Generator<Version> {
    for (const key of this.#keys.withPrefix(prefix, after)) {
      const version = this.visible(key, at);
      if (version !== undefined) yield version;
    }
  }

  /** The versions after `after`, in order. Must be drained before the index changes. */
  *changesAfter(after: Revision): Generator<Version> {
    for (let at = this.#logPosition(after); at < this.#log.length; at += 1) {
      const version = this.#log[at];
      if (version !== undefined) yield version;
    }
  }

  /** Every version that is kept, in order. */
  retained(): Version[] {
    return Array.from(this.#histories.values()).flat().sort(compareVersions);
  }

  #compactKey(key: StoreKey, reached: Revision): Version[] {
    const history = this.#histories.get(key);
    if (history === undefined) return [];
    const base = history.findLastIndex((version) => version.modRevision <= reached);
    // What the key was at `reached` is still seen, unless it was deleted by then.
    const dropped = history.splice(0, history[base]?.type === "put" ? base : base + 1);
    if (history.length === 0) {
      this.#histories.delete(key);
      this.#keys.remove(key);
    }
    return dropped;
  }

  /** Where the log continues after `after`. */
  #logPosition(after: Revision): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const version = this.#log[middle];
      if (version !== undefined && version.modRevision <= after) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function visibleIn(history: readonly Version[] | undefined, at: Revision): Version | undefined {
  const last = history?.findLast((version) => version.modRevision <= at);
  return last?.type === "put" ? last : undefined;
}
