/** Whether the fleet's secrets are encrypted with its present key, all of them, and who has taken that key over. */
import type { EncryptionStatus } from "../../api/operations-exchange.ts";
import type { ReplicatedStore } from "../../replication/ports.ts";
import type { StoreKey } from "../../store/types.ts";
import { confidentialPrefixes } from "./encrypted-store.ts";
import { holderKey, nextKey, readPrimary } from "./primary-key.ts";
import { keyIdOf } from "./value-cipher.ts";

const pageSize = 100;

/** Of the store as it is, not as it is decrypted. */
export async function encryptionStatus(
  store: Pick<ReplicatedStore, "reader" | "readBarrier" | "members">,
): Promise<EncryptionStatus> {
  await store.readBarrier();
  const keyId = await readPrimary(store.reader);
  const voters = await Promise.all(
    store.members.map(async ({ id, node }) => ({ id, node, tookOver: (await store.reader.get(holderKey(id)))?.value })),
  );
  const isRotating = (await store.reader.get(nextKey)) !== undefined;
  return { ...(keyId !== undefined && { keyId }), isRotating, voters, ...(await countValues(store, keyId)) };
}

async function countValues({ reader }: Pick<ReplicatedStore, "reader">, keyId: string | undefined) {
  const counts = { values: 0, outdated: 0 };
  for (const prefix of confidentialPrefixes) {
    let after: StoreKey | undefined;
    for (;;) {
      const page = await reader.range({ prefix, limit: pageSize, ...(after !== undefined && { after }) });
      for (const { value } of page.items) {
        counts.values += 1;
        if (keyIdOf(value) !== keyId) counts.outdated += 1;
      }
      after = page.items.at(-1)?.key;
      if (!page.more || after === undefined) break;
    }
  }
  return counts;
}
