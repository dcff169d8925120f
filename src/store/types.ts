/** What the store holds and promises: multi-version keys under one revision, transactions, ordered watches. */
import type { Brand } from "../lib/brand.ts";
import type { Clock } from "../lib/clock.ts";

/** Counts the transactions that changed something, from 1; the `resourceVersion` that clients see. 0 is the empty store. */
export type Revision = Brand<number, "Revision">;

export function revision(value: number): Revision {
  return value as Revision;
}

/** `/registry/<group>/<resource>/<namespace>/<name>`; keys outside `/registry/` are the fleet's own. */
export type StoreKey = string;

export interface KeyValue {
  readonly key: StoreKey;
  /** JSON text. */
  readonly value: string;
  readonly createRevision: Revision;
  readonly modRevision: Revision;
}

/** Holds when the key's last change is at `modRevision`; 0 holds when the key does not exist. */
export interface Compare {
  readonly key: StoreKey;
  readonly modRevision: Revision;
}

export type Mutation =
  | { readonly type: "put"; readonly key: StoreKey; readonly value: string }
  | { readonly type: "delete"; readonly key: StoreKey };

/** All mutations happen at one new revision when every compare holds, else none does. A key may be mutated once. */
export interface Txn {
  readonly compares: readonly Compare[];
  readonly mutations: readonly Mutation[];
  /** The term whose leader alone may make this change: a deposed leader's controllers are refused by it. */
  readonly fence?: number;
}

export type TxnResult =
  /** `revision` is that of the change, or the current one when nothing had to change (deleting what is absent). */
  | { readonly kind: "committed"; readonly revision: Revision }
  /** The first compare that failed; `modRevision` is the key's actual one, 0 when it does not exist. */
  | { readonly kind: "conflict"; readonly key: StoreKey; readonly modRevision: Revision; readonly revision: Revision }
  | { readonly kind: "fenced"; readonly term: number };

/** What the Raft log carries for the state machine. */
export type Command =
  | { readonly type: "txn"; readonly txn: Txn }
  /** Forgets superseded values up to and including `revision`. */
  | { readonly type: "compact"; readonly revision: Revision };

export interface StoreEvent {
  readonly type: "put" | "delete";
  readonly key: StoreKey;
  /** After a put the new value, after a delete the last one. */
  readonly value: string;
  /** The value before a put that changed an existing key. */
  readonly previous?: string;
  readonly createRevision: Revision;
  readonly revision: Revision;
}

export interface RangeRequest {
  readonly prefix: StoreKey;
  /** Continues after this key. */
  readonly after?: StoreKey;
  readonly limit?: number;
  /** Reads the state as of this revision; the current one by default. */
  readonly revision?: Revision;
  /** Has the keys counted that remain, which are not read. */
  readonly counts?: boolean;
}

export interface RangeResult {
  readonly items: readonly KeyValue[];
  readonly revision: Revision;
  /** Whether keys remain after the last item. */
  readonly more: boolean;
  /** How many, where that was asked and is known. */
  readonly remaining?: number;
}

export interface WatchRequest {
  readonly prefix: StoreKey;
  /** Every event after this revision, in order, once. */
  readonly after: Revision;
  readonly signal: AbortSignal;
  /**
   * Tells a watch whose prefix does not change how far the store has come: `everyMs` after the first change that it was
   * not told of, and so never while nothing changes. Without it such a watch hears at every hundredth revision.
   */
  readonly progress?: { readonly clock: Clock; readonly everyMs: number };
}

/** Events of one or more whole revisions; `revision` is complete for the prefix, even where `events` is empty. */
export interface WatchBatch {
  readonly revision: Revision;
  readonly events: readonly StoreEvent[];
}

/** The revision asked for is gone or not yet here. The API answers 410 Gone, or waits. */
export class RevisionUnavailableError extends Error {
  override readonly name = "RevisionUnavailableError";
  readonly reason: "compacted" | "future";
  readonly available: Revision;
  constructor(reason: "compacted" | "future", asked: Revision, available: Revision) {
    super(
      reason === "compacted"
        ? `revision ${asked} has been compacted: list again, then watch from ${available} or later`
        : `revision ${asked} is ahead of this voter, which is at ${available}`,
    );
    this.reason = reason;
    this.available = available;
  }
}

/** A watcher that reads slower than the fleet changes; it must resume from its last revision. */
export class SlowWatcherError extends Error {
  override readonly name = "SlowWatcherError";
}

/** The applied state of this voter: reads need no leader and see a prefix of what the fleet has committed. */
export interface StoreReader {
  /** The last applied revision. */
  readonly revision: Revision;
  get(key: StoreKey): Promise<KeyValue | undefined>;
  /** Throws `RevisionUnavailableError`. */
  range(request: RangeRequest): Promise<RangeResult>;
  /** Ends when the signal aborts; throws `RevisionUnavailableError` or `SlowWatcherError`. */
  watch(request: WatchRequest): AsyncIterable<WatchBatch>;
}
