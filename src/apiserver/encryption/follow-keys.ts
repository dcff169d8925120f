/** A voter's share in a change of keys: it takes the next key over into its file, and says that it has. One that lacks the fleet's key ends. */
import { type Clock, delay } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import type { ReplicatedStore, VoterId } from "../../replication/ports.ts";
import type { StoreReader } from "../../store/types.ts";
import { confidentialPrefixes } from "./encrypted-store.ts";
import { type Keyring, parseEncryptionKey } from "./keyring.ts";
import { encryptionPrefix, holderKey, nextKey, primaryKey, readPrimary } from "./primary-key.ts";
import { decryptValue, keyIdOf } from "./value-cipher.ts";

const retryMs = 1_000;

export interface FollowKeysOptions {
  /** As it is, not as it is decrypted. */
  readonly store: Pick<ReplicatedStore, "reader" | "transact">;
  readonly self: VoterId;
  readonly keyring: Keyring;
  /** This voter lacks the key of that id, and so can read no Secret for its boards. */
  readonly onMissing: (keyId: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Until the signal aborts. Never rejects. */
export async function followKeys(options: FollowKeysOptions, signal: AbortSignal): Promise<void> {
  const { store, clock, log } = options;
  while (!signal.aborted) {
    try {
      const after = store.reader.revision;
      await takeOver(options, signal);
      await requirePrimary(options);
      for await (const { events } of store.reader.watch({ prefix: encryptionPrefix, after, signal })) {
        if (events.some(({ key }) => key === nextKey)) await takeOver(options, signal);
        if (events.some(({ key }) => key === primaryKey)) await requirePrimary(options);
      }
    } catch (error) {
      if (signal.aborted) return;
      log.warn("cannot take over the fleet's next encryption key yet", { reason: messageOf(error) });
      await delay(clock, retryMs, signal).catch(() => {});
    }
  }
}

async function requirePrimary({ store, keyring, onMissing }: FollowKeysOptions): Promise<void> {
  const id = await readPrimary(store.reader);
  if (id !== undefined && keyring.find(id) === undefined) onMissing(id);
}

async function takeOver({ store, self, keyring, log }: FollowKeysOptions, signal: AbortSignal): Promise<void> {
  const next = await store.reader.get(nextKey);
  if (next === undefined) return;
  const key = parseEncryptionKey(decryptValue(nextKey, next.value, keyring));
  if (keyring.find(key.id) === undefined) await keyring.keepOnly(await idsInUse(store.reader));
  await keyring.add(key);
  const holder = holderKey(self);
  if ((await store.reader.get(holder))?.value === key.id) return;
  await store.transact({ compares: [], mutations: [{ type: "put", key: holder, value: key.id }] }, signal);
  log.info("the fleet's next encryption key is here", { key: key.id });
}

/** Of the keys before this one: the primary one, and any that something is still encrypted with. */
async function idsInUse(reader: StoreReader): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const primary = await readPrimary(reader);
  if (primary !== undefined) ids.add(primary);
  for (const prefix of confidentialPrefixes) {
    for (const { value } of (await reader.range({ prefix })).items) {
      const id = keyIdOf(value);
      if (id !== undefined) ids.add(id);
    }
  }
  return ids;
}
