/** The state as of the last applied entry: the index, and the values wherever they are. Shared by writer and readers. */
import { crc32 } from "node:zlib";
import { damagedState, valueKey } from "./layout.ts";
import type { StateBackend } from "./state-backend.ts";
import type { KeyValue } from "./types.ts";
import { ValueCache } from "./value-cache.ts";
import type { Version } from "./version.ts";
import type { VersionIndex } from "./version-index.ts";

/** About 2 to 4 MB: what a few hundred objects need. */
const cacheSizeMax = 2_000_000;

export class AppliedState {
  readonly #backend: StateBackend;
  readonly #cache = new ValueCache(cacheSizeMax);
  #index: VersionIndex;
  #generation: number;

  constructor(backend: StateBackend, index: VersionIndex, generation: number) {
    this.#backend = backend;
    this.#index = index;
    this.#generation = generation;
  }

  get index(): VersionIndex {
    return this.#index;
  }

  get generation(): number {
    return this.#generation;
  }

  /** A restored snapshot takes the place of everything. */
  replace(index: VersionIndex, generation: number): void {
    this.#index = index;
    this.#generation = generation;
    this.#cache.clear();
  }

  /** The value of `version` is in the backend now and need not be held. */
  settle(version: Version): void {
    if (version.overlay !== undefined) this.#cache.set(version, version.overlay);
    version.overlay = undefined;
  }

  forget(version: Version): void {
    this.#cache.delete(version);
  }

  /**
   * The values of puts, in order. Complete when called in the same turn in which `versions` were taken from the index:
   * a value leaves the overlay after it has reached the backend, and the backend after it has left the index, while
   * `getMany` answers as of its call. `remember` keeps what was read in the cache: not for long lists. Throws
   * `TerminalError` when a value is not what was written.
   */
  async values(versions: readonly Version[], remember: boolean): Promise<string[]> {
    const found = versions.map((version) => version.overlay ?? this.#cache.get(version));
    const missing = versions.filter((_, at) => found[at] === undefined);
    if (missing.length === 0) return found.filter((value) => value !== undefined);
    const generation = this.#generation;
    const read = await this.#backend.getMany(missing.map((version) => valueKey(generation, version)));
    const stored = new Map(missing.map((version, at) => [version, intact(version, read[at])]));
    if (remember && generation === this.#generation) {
      for (const [version, value] of stored) this.#cache.set(version, value);
    }
    return versions.map((version, at) => found[at] ?? stored.get(version) ?? "");
  }

  async keyValues(versions: readonly Version[], remember: boolean): Promise<KeyValue[]> {
    const values = await this.values(versions, remember);
    return versions.map(({ key, createRevision, modRevision }, at) => {
      return { key, value: values[at] ?? "", createRevision, modRevision };
    });
  }
}

function intact(version: Version, value: string | undefined): string {
  if (value !== undefined && crc32(value) === version.checksum) return value;
  throw damagedState(`${version.key} at revision ${version.modRevision}`);
}
