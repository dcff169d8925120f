import type { Clock } from "../../lib/clock.ts";
import type { ReplicatedStore, VoterOperations } from "../../replication/ports.ts";
import { encodeSnapshotFile } from "./snapshot-file.ts";

export interface WriteSnapshotOptions {
  readonly store: ReplicatedStore & VoterOperations;
  readonly fleet: string;
  readonly caPem: string;
  readonly podCidr: string;
  readonly apiPort: number;
  readonly version: string;
  readonly clock: Clock;
}

/** The fleet's state as a file, with all that was committed before the call. Its parts follow one another. */
export async function writeSnapshot(options: WriteSnapshotOptions): Promise<readonly Uint8Array[]> {
  const { store, fleet, caPem, podCidr, apiPort, version, clock } = options;
  await store.readBarrier();
  const { appliedIndex, term, revision, bytes } = await store.snapshot();
  const hosts = store.members.map(({ address }) => address.slice(0, address.lastIndexOf(":")));
  return encodeSnapshotFile(
    {
      fleet,
      voter: store.self,
      version,
      time: new Date(clock.nowMs()).toISOString(),
      revision,
      appliedIndex,
      term,
      caPem,
      podCidr,
      apiServers: hosts.map((host) => `${host}:${apiPort}`),
    },
    bytes,
  );
}
