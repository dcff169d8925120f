/** The replicated store as the API server uses it: objects instead of text, and no wait without an end. */
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { Clock } from "../../lib/clock.ts";
import type { ReplicatedStore } from "../../replication/ports.ts";
import type { Revision, StoreKey, StoreReader, Txn, TxnResult } from "../../store/types.ts";
import { decodeObject } from "./object-codec.ts";
import { objectText } from "./object-text.ts";
import { SharedObjects } from "./shared-objects.ts";
import { withDeadline } from "./with-deadline.ts";

/** Longer than an election takes, shorter than people's patience. */
const fleetDeadlineMs = 10_000;

export interface StoredObject {
  /** With its `resourceVersion`. Shared: never to be changed. */
  readonly object: ApiObject;
  readonly modRevision: Revision;
}

export interface ObjectStore {
  readonly reader: StoreReader;
  readonly shared: Pick<SharedObjects, "at">;
  /** An object as JSON, as its clients see it. */
  text(key: StoreKey, revision: Revision, value: string): string;
  /** An object that nobody else shall hold: what was there before a change. */
  decode(value: string, revision: Revision): ApiObject;
  /** What this voter knows; possibly not yet what the fleet last committed. */
  get(key: StoreKey): Promise<StoredObject | undefined>;
  /** Resolves when reads show all that was committed before. Throws `NoLeaderError` or `DeadlineError`. */
  barrier(signal: AbortSignal | undefined): Promise<void>;
  /** Throws `NoLeaderError`, `OutcomeUnknownError` or `DeadlineError`. */
  commit(txn: Txn, signal: AbortSignal | undefined): Promise<TxnResult>;
}

/** As much of a store as objects need. */
export type KeptObjects = Pick<ReplicatedStore, "reader" | "readBarrier" | "transact">;

/** `prepare` sees every object that is read before anybody else does. */
export function createObjectStore(
  store: KeptObjects,
  clock: Clock,
  prepare?: (object: ApiObject) => ApiObject,
): ObjectStore {
  const { reader } = store;
  const shared = new SharedObjects(prepare);
  return {
    reader,
    shared,
    text: (_, revision, value) => objectText(value, revision),
    decode: decodeObject,
    async get(key) {
      const found = await reader.get(key);
      if (found === undefined) return undefined;
      const { modRevision, value } = found;
      return { object: shared.at(key, modRevision, value), modRevision };
    },
    barrier: (signal) => withDeadline(clock, fleetDeadlineMs, signal, (bounded) => store.readBarrier(bounded)),
    commit: (txn, signal) => withDeadline(clock, fleetDeadlineMs, signal, (bounded) => store.transact(txn, bounded)),
  };
}
