/**
 * A new key for the fleet's secrets: handed to every voter under the old one, made the primary one once all of them
 * hold it on their disks, then everything confidential is written anew with it. May be interrupted anywhere and asked
 * for again. The key before it stays in the voters' files until the next change: history may still need it.
 */
import { ApiError } from "../../api/api-error.ts";
import type { Rotation } from "../../api/operations-exchange.ts";
import { type Clock, delay } from "../../lib/clock.ts";
import type { ReplicatedStore } from "../../replication/ports.ts";
import type { StoreKey, TxnResult } from "../../store/types.ts";
import { confidentialPrefixes } from "./encrypted-store.ts";
import { type EncryptionKey, type Keyring, newEncryptionKey, parseEncryptionKey } from "./keyring.ts";
import { holderKey, nextKey, primaryKey, primaryText, readPrimary } from "./primary-key.ts";
import { decryptValue, encryptValue, keyIdOf } from "./value-cipher.ts";

/** Less than a client waits for its answer. */
const handOverMsMax = 20_000;
const lookEveryMs = 100;
const pageSize = 100;

export interface RotateKeyOptions {
  /** As it is, not as it is decrypted. */
  readonly store: Pick<ReplicatedStore, "reader" | "readBarrier" | "transact" | "members">;
  readonly keyring: Keyring;
  readonly clock: Clock;
}

/** Throws `ApiError`: 409 while a voter is away. */
export async function rotateKey(options: RotateKeyOptions): Promise<Rotation> {
  const { store, keyring } = options;
  await store.readBarrier();
  const id = await readPrimary(store.reader);
  const primary = id === undefined ? undefined : keyring.find(id);
  if (primary === undefined)
    throw ApiError.serviceUnavailable("this fleet has no encryption key: found a new one with `bramble init`");
  const next = await handOver(options, primary);
  await waitForHolders(options, next.id);
  const mutations = [
    { type: "put", key: primaryKey, value: primaryText(next.id) },
    { type: "delete", key: nextKey },
  ] as const;
  await store.transact({ compares: [], mutations });
  const rewritten = await rewriteAll(options, next);
  return { keyId: next.id, rewritten };
}

/** Goes on with a key whose handing over was interrupted. */
async function handOver({ store, keyring }: RotateKeyOptions, primary: EncryptionKey): Promise<EncryptionKey> {
  const pending = await store.reader.get(nextKey);
  if (pending !== undefined) return parseEncryptionKey(decryptValue(nextKey, pending.value, keyring));
  const next = newEncryptionKey();
  const value = encryptValue(nextKey, JSON.stringify(next), primary);
  await store.transact({ compares: [], mutations: [{ type: "put", key: nextKey, value }] });
  return next;
}

async function waitForHolders({ store, clock }: RotateKeyOptions, keyId: string): Promise<void> {
  const endMs = clock.monotonicMs() + handOverMsMax;
  for (;;) {
    const held = await Promise.all(
      store.members.map(async ({ id }) => (await store.reader.get(holderKey(id)))?.value === keyId),
    );
    const missing = store.members.filter((_, at) => !held[at]).map(({ node }) => node);
    if (missing.length === 0) return;
    if (clock.monotonicMs() >= endMs) {
      throw ApiError.conflict(
        { group: "", plural: "voters" },
        missing.join(","),
        "it has not taken the new key over: see that it runs, or take it out with `bramble voters remove`, then try again",
      );
    }
    await delay(clock, lookEveryMs);
  }
}

async function rewriteAll({ store, keyring }: RotateKeyOptions, key: EncryptionKey): Promise<number> {
  let rewritten = 0;
  for (const prefix of confidentialPrefixes) {
    let after: StoreKey | undefined;
    for (;;) {
      const page = await store.reader.range({ prefix, limit: pageSize, ...(after !== undefined && { after }) });
      for (const item of page.items) if (await rewrite(item.key)) rewritten += 1;
      after = page.items.at(-1)?.key;
      if (!page.more || after === undefined) break;
    }
  }
  return rewritten;

  /** Whoever changes it meanwhile writes it with the new key himself. */
  async function rewrite(place: StoreKey): Promise<boolean> {
    for (;;) {
      const found = await store.reader.get(place);
      if (found === undefined || keyIdOf(found.value) === key.id) return false;
      const value = encryptValue(place, decryptValue(place, found.value, keyring), key);
      const result: TxnResult = await store.transact({
        compares: [{ key: place, modRevision: found.modRevision }],
        mutations: [{ type: "put", key: place, value }],
      });
      if (result.kind === "committed") return true;
    }
  }
}
