/** Where the CA's private key lives: in the replicated store, so that every voter can take boards in. */
import type { Clock } from "../lib/clock.ts";
import { OperationalError } from "../lib/errors.ts";
import type { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { type FleetAuthority, openFleetAuthority } from "../platform/pki/fleet-authority.ts";
import type { ReplicatedStore } from "../replication/ports.ts";
import { revision } from "../store/types.ts";

/** Outside `/registry/`, so no API request reaches it. */
export const fleetKeyKey = "/bramble/ca";

/** Reads the key for one use; it does not stay in memory. */
export async function openStoredAuthority(
  store: Pick<ReplicatedStore, "reader">,
  caPem: string,
  clock: Pick<Clock, "nowMs">,
): Promise<FleetAuthority> {
  const stored = await store.reader.get(fleetKeyKey);
  if (stored === undefined) {
    throw new OperationalError("the fleet's CA key is not in the store yet: try again in a few seconds");
  }
  return openFleetAuthority({ caPem, caKeyPem: stored.value }, () => clock.nowMs());
}

/** Moves the key from the founding voter's disk into the store. Does nothing on any other board, nor a second time. */
export async function handOverFleetKey(store: ReplicatedStore, directory: FleetDirectory): Promise<void> {
  const caKeyPem = await directory.readCaKey();
  if (caKeyPem === undefined) return;
  await store.readBarrier();
  if ((await store.reader.get(fleetKeyKey)) === undefined) {
    const result = await store.transact({
      compares: [{ key: fleetKeyKey, modRevision: revision(0) }],
      mutations: [{ type: "put", key: fleetKeyKey, value: caKeyPem }],
    });
    if (result.kind === "fenced") return;
  }
  await directory.removeCaKey();
}
