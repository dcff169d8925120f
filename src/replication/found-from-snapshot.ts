/** Makes the disks of a fleet's only voter from a snapshot, as if it had just installed that. */

import { raiseRevision } from "../store/raise-revision.ts";
import type { StateBackend } from "../store/state-backend.ts";
import { StateMachine } from "../store/state-machine.ts";
import type { Mutation, Revision, StoreReader } from "../store/types.ts";
import { encodeCheckpointMeta } from "./checkpoint-meta.ts";
import type { Disk } from "./log/disk.ts";
import { SegmentLog } from "./log/segment-log.ts";
import { peerOf } from "./membership.ts";
import type { Member } from "./ports.ts";

/**
 * More changes than a fleet makes between a snapshot and its use: a thousand a second for eleven days, ten a second for
 * three years. Clients that saw any of them are told to list again, as everything before is compacted.
 */
const lostRevisionsMax = 1_000_000_000;

export interface FoundFromSnapshotOptions {
  /** Empty. */
  readonly disk: Disk;
  /** Empty. */
  readonly stateBackend: StateBackend;
  /** What `StateMachine.dump` gave. */
  readonly snapshot: Uint8Array;
  /** Of the last entry in it. */
  readonly term: number;
  readonly member: Omit<Member, "role">;
  /** What must change with the restoration, decided from the state as it was. */
  readonly change: (reader: StoreReader) => Promise<readonly Mutation[]>;
}

/** Returns the revision that the fleet goes on from. Throws `SnapshotRefusedError` and what `change` throws. */
export async function foundFromSnapshot(options: FoundFromSnapshotOptions): Promise<Revision> {
  const { disk, stateBackend, snapshot, term, member, change } = options;
  const machine = await StateMachine.open(stateBackend);
  try {
    await machine.restore(raiseRevision(snapshot, lostRevisionsMax));
    const mutations = await change(machine.reader);
    machine.apply(machine.appliedIndex + 1, term, { type: "compact", revision: machine.revision });
    machine.apply(machine.appliedIndex + 1, term, { type: "txn", txn: { compares: [], mutations } });
    await machine.checkpoint(encodeCheckpointMeta({ term, peers: [peerOf({ ...member, role: "voter" })] }));
    const { log } = await SegmentLog.open(disk);
    await log.restartAt({ index: machine.appliedIndex, term }, { term, vote: undefined });
    await log.close();
    return machine.revision;
  } finally {
    await machine.close();
  }
}
