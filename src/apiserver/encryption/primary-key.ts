/** Which key the fleet encrypts with, and which one it is about to: in the state, where all voters see the same. */
import { z } from "zod";
import type { ReplicatedStore } from "../../replication/ports.ts";
import { revision, type StoreKey, type StoreReader } from "../../store/types.ts";
import type { Keyring } from "./keyring.ts";

export const encryptionPrefix = "/bramble/encryption/";
export const primaryKey: StoreKey = `${encryptionPrefix}primary`;
/** The next key, encrypted with the primary one, while it is handed to all voters. */
export const nextKey: StoreKey = `${encryptionPrefix}next`;
/** Which key a voter has taken over last. */
export const holderKey = (voter: string): StoreKey => `${encryptionPrefix}holders/${voter}`;

const primarySchema = z.object({ id: z.string() });

/** The key's id; undefined where the fleet does not encrypt. */
export async function readPrimary(reader: StoreReader): Promise<string | undefined> {
  const found = await reader.get(primaryKey);
  return found === undefined ? undefined : primarySchema.parse(JSON.parse(found.value)).id;
}

export function primaryText(id: string): string {
  return JSON.stringify({ id } satisfies z.infer<typeof primarySchema>);
}

/** Run by whoever leads: a fleet that has a key encrypts with it from its first secret on. */
export async function ensurePrimary(
  store: Pick<ReplicatedStore, "reader" | "readBarrier" | "transact">,
  keyring: Keyring,
): Promise<void> {
  const { newest } = keyring;
  if (newest === undefined) return;
  await store.readBarrier();
  if ((await readPrimary(store.reader)) !== undefined) return;
  await store.transact({
    compares: [{ key: primaryKey, modRevision: revision(0) }],
    mutations: [{ type: "put", key: primaryKey, value: primaryText(newest.id) }],
  });
}
