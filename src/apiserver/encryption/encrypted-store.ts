/**
 * The replicated store with its confidential values encrypted. They are encrypted once, before they are proposed, so
 * that every voter applies the same text: logs, state, snapshots and messages between voters hold ciphertext alone.
 */
import { OperationalError } from "../../lib/errors.ts";
import type { Leadership, Member, ReplicatedStore, VoterId } from "../../replication/ports.ts";
import type {
  KeyValue,
  Mutation,
  StoreEvent,
  StoreKey,
  StoreReader,
  Txn,
  TxnResult,
  WatchBatch,
  WatchRequest,
} from "../../store/types.ts";
import type { EncryptionKey, Keyring } from "./keyring.ts";
import { readPrimary } from "./primary-key.ts";
import { decryptValue, encryptValue } from "./value-cipher.ts";

/** Secrets, the key of the fleet's CA, and the key that signs tokens. */
export const confidentialPrefixes: readonly StoreKey[] = [
  "/registry/core/secrets/",
  "/bramble/ca",
  "/bramble/service-account-key",
];

function isConfidential(key: StoreKey): boolean {
  return confidentialPrefixes.some((prefix) => key.startsWith(prefix));
}

/** Whether keys below `prefix` may be confidential. */
function mayHold(prefix: StoreKey): boolean {
  return confidentialPrefixes.some((known) => known.startsWith(prefix) || prefix.startsWith(known));
}

/** Stands for `store` wherever values are read and written. */
export class EncryptedStore implements ReplicatedStore {
  readonly reader: StoreReader;
  readonly #store: ReplicatedStore;
  readonly #keyring: Keyring;

  constructor(store: ReplicatedStore, keyring: Keyring) {
    this.reader = decryptingReader(store, keyring);
    this.#store = store;
    this.#keyring = keyring;
  }

  get leadership(): Leadership {
    return this.#store.leadership;
  }

  get members(): readonly Member[] {
    return this.#store.members;
  }

  onLeadership(listener: (leadership: Leadership) => void): () => void {
    return this.#store.onLeadership(listener);
  }

  onMembers(listener: () => void): () => void {
    return this.#store.onMembers(listener);
  }

  readBarrier(signal?: AbortSignal): Promise<void> {
    return this.#store.readBarrier(signal);
  }

  async transact(txn: Txn, signal?: AbortSignal): Promise<TxnResult> {
    if (!txn.mutations.some(({ type, key }) => type === "put" && isConfidential(key))) {
      return this.#store.transact(txn, signal);
    }
    const key = await writingKey(this.#store, this.#keyring, signal);
    const mutations = key === undefined ? txn.mutations : txn.mutations.map((mutation) => encrypted(mutation, key));
    return this.#store.transact({ ...txn, mutations }, signal);
  }

  addMember(member: Omit<Member, "role">, signal?: AbortSignal): Promise<void> {
    return this.#store.addMember(member, signal);
  }

  removeMember(id: VoterId, signal?: AbortSignal): Promise<void> {
    return this.#store.removeMember(id, signal);
  }
}

/** The one that the fleet has agreed on. A voter that lacks it must not write in the clear what others encrypt. */
async function writingKey(
  store: Pick<ReplicatedStore, "reader" | "readBarrier">,
  keyring: Keyring,
  signal: AbortSignal | undefined,
): Promise<EncryptionKey | undefined> {
  let id = await readPrimary(store.reader);
  if (id === undefined && keyring.newest === undefined) {
    // A voter that has just started may not know yet what the fleet agreed on.
    await store.readBarrier(signal);
    id = await readPrimary(store.reader);
  }
  if (id === undefined) return keyring.newest;
  const key = keyring.find(id);
  if (key !== undefined) return key;
  throw new OperationalError(`this voter lacks the encryption key ${id}: copy encryption.keys from another voter`);
}

function encrypted(mutation: Mutation, key: EncryptionKey): Mutation {
  if (mutation.type !== "put" || !isConfidential(mutation.key)) return mutation;
  return { ...mutation, value: encryptValue(mutation.key, mutation.value, key) };
}

function decryptingReader(store: Pick<ReplicatedStore, "reader">, keyring: Keyring): StoreReader {
  const open = (key: StoreKey, value: string) => (isConfidential(key) ? decryptValue(key, value, keyring) : value);
  const openItem = (item: KeyValue): KeyValue => ({ ...item, value: open(item.key, item.value) });
  const openEvent = (event: StoreEvent): StoreEvent => ({
    ...event,
    value: open(event.key, event.value),
    ...(event.previous !== undefined && { previous: open(event.key, event.previous) }),
  });
  return {
    get revision() {
      return store.reader.revision;
    },
    async get(key) {
      const found = await store.reader.get(key);
      return found === undefined || !isConfidential(key) ? found : openItem(found);
    },
    async range(request) {
      const found = await store.reader.range(request);
      return mayHold(request.prefix) ? { ...found, items: found.items.map(openItem) } : found;
    },
    watch: (request) => {
      const batches = store.reader.watch(request);
      return mayHold(request.prefix) ? openedBatches(batches, openEvent) : batches;
    },
  };
}

async function* openedBatches(
  batches: ReturnType<(request: WatchRequest) => AsyncIterable<WatchBatch>>,
  open: (event: StoreEvent) => StoreEvent,
): AsyncGenerator<WatchBatch, void, undefined> {
  for await (const { revision, events } of batches) yield { revision, events: events.map(open) };
}
