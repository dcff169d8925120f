/** Follows one kind: lists it, then watches it from there on, and shows every change once and in order. */
import type { ApiObject } from "../api/meta/object-meta.ts";
import { AssertionError } from "../lib/assert.ts";
import { type BackoffLimits, backoffMs } from "../lib/backoff.ts";
import { delay } from "../lib/clock.ts";
import { messageOf } from "../lib/errors.ts";
import type { Surroundings } from "./controller.ts";
import { IndexedCache, type ObjectCache, objectKey } from "./object-cache.ts";
import { versionNumber } from "./resource-version.ts";

export type Change<T> =
  | { readonly type: "added"; readonly key: string; readonly object: T }
  | { readonly type: "updated"; readonly key: string; readonly old: T; readonly object: T }
  | { readonly type: "deleted"; readonly key: string; readonly object: T };

/** What an informer reads from; `ApiClient` gives one for every resource. */
export interface InformerSource<T extends ApiObject> {
  list(signal: AbortSignal): Promise<{ readonly resourceVersion: string; readonly items: readonly T[] }>;
  watch(resourceVersion: string, signal: AbortSignal): AsyncIterable<SourceEvent<T>>;
}

export type SourceEvent<T> =
  | { readonly type: "put" | "delete"; readonly object: T }
  | { readonly type: "bookmark"; readonly resourceVersion: string }
  /** The version to watch from is gone: only a new list helps. */
  | { readonly type: "expired" }
  | { readonly type: "failed"; readonly message: string };

/** The reading side, shared by everybody who needs the kind. */
export interface Informer<T> {
  readonly cache: ObjectCache<T>;
  /** Whether the cache has shown a whole list. */
  readonly synced: boolean;
  /** Resolves once synced; rejects with the signal's reason. */
  whenSynced(signal: AbortSignal): Promise<void>;
  /** Resolves once the cache shows the state at `resourceVersion` or later, so that one reads one's own writes. */
  caughtUp(resourceVersion: string | undefined, signal: AbortSignal): Promise<void>;
  /** Calls `handler` for every object there is, then for every change, after the cache shows it. */
  onChange(handler: (change: Change<T>) => void): () => void;
}

interface Waiter {
  readonly version: number;
  readonly resolve: () => void;
}

const reconnect: BackoffLimits = { delayMsMin: 50, delayMsMax: 5000 };

export class WatchingInformer<T extends ApiObject> implements Informer<T> {
  readonly #name: string;
  readonly #source: InformerSource<T>;
  readonly #surroundings: Surroundings;
  readonly #cache = new IndexedCache<T>();
  readonly #handlers = new Set<(change: Change<T>) => void>();
  readonly #waiters = new Set<Waiter>();
  /** Watch from here; undefined asks for a list. */
  #resourceVersion: string | undefined;
  #synced = false;

  constructor(name: string, source: InformerSource<T>, surroundings: Surroundings) {
    this.#name = name;
    this.#source = source;
    this.#surroundings = surroundings;
  }

  get cache(): ObjectCache<T> {
    return this.#cache;
  }

  get synced(): boolean {
    return this.#synced;
  }

  whenSynced(signal: AbortSignal): Promise<void> {
    return this.#synced ? Promise.resolve() : this.#wait(0, signal);
  }

  caughtUp(resourceVersion: string | undefined, signal: AbortSignal): Promise<void> {
    const version = versionNumber(resourceVersion);
    if (this.#synced && versionNumber(this.#resourceVersion) >= version) return Promise.resolve();
    return this.#wait(version, signal);
  }

  onChange(handler: (change: Change<T>) => void): () => void {
    for (const object of this.#cache.values()) handler({ type: "added", key: objectKey(object), object });
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** Follows until the signal aborts; failures are waited out, longer each time. Rejects only on a bug. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#surroundings;
    let failures = 0;
    while (!signal.aborted) {
      const before = this.#resourceVersion;
      try {
        if (this.#resourceVersion === undefined) await this.#list(signal);
        await this.#watch(this.#resourceVersion ?? "0", signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof AssertionError) throw error;
        log.debug("informer interrupted", { kind: this.#name, reason: messageOf(error) });
      }
      // A stream that brought nothing new is a failure too: a server that ends it at once must not be asked in a loop.
      failures = before === this.#resourceVersion ? failures + 1 : 0;
      try {
        await delay(clock, backoffMs(reconnect, failures, random), signal);
      } catch {
        return;
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { resourceVersion, items } = await this.#source.list(signal);
    const listed = new Map(items.map((object) => [objectKey(object), object]));
    for (const key of Array.from(this.#cache.keys())) if (!listed.has(key)) this.#remove(key);
    for (const [key, object] of listed) this.#put(key, object);
    this.#synced = true;
    this.#advance(resourceVersion);
  }

  async #watch(from: string, signal: AbortSignal): Promise<void> {
    for await (const event of this.#source.watch(from, signal)) {
      if (signal.aborted) return;
      switch (event.type) {
        case "put":
          this.#put(objectKey(event.object), event.object);
          this.#advance(event.object.metadata.resourceVersion);
          break;
        case "delete":
          this.#remove(objectKey(event.object), event.object);
          this.#advance(event.object.metadata.resourceVersion);
          break;
        case "bookmark":
          this.#advance(event.resourceVersion);
          break;
        case "expired":
          this.#resourceVersion = undefined;
          return;
        case "failed":
          throw new Error(event.message);
      }
    }
  }

  #put(key: string, object: T): void {
    const known = this.#cache.get(key);
    if (known !== undefined && known.metadata.resourceVersion === object.metadata.resourceVersion) return;
    // Deleted and made again between two lists: whoever follows must see the first one go.
    if (known !== undefined && known.metadata.uid !== object.metadata.uid) this.#remove(key);
    const old = this.#cache.set(key, object);
    this.#tell(old === undefined ? { type: "added", key, object } : { type: "updated", key, old, object });
  }

  #remove(key: string, last?: T): void {
    const known = this.#cache.delete(key);
    if (known !== undefined) this.#tell({ type: "deleted", key, object: last ?? known });
  }

  #tell(change: Change<T>): void {
    for (const handler of this.#handlers) handler(change);
  }

  #advance(resourceVersion: string | undefined): void {
    if (resourceVersion !== undefined) this.#resourceVersion = resourceVersion;
    const version = versionNumber(this.#resourceVersion);
    for (const waiter of this.#waiters) if (this.#synced && waiter.version <= version) waiter.resolve();
  }

  #wait(version: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const end = (settle: () => void) => {
        this.#waiters.delete(waiter);
        signal.removeEventListener("abort", onAbort);
        settle();
      };
      const onAbort = () => end(() => reject(signal.reason));
      const waiter: Waiter = { version, resolve: () => end(resolve) };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiters.add(waiter);
    });
  }
}
