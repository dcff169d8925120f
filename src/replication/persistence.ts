/** Writes down what Raft hands out, in the order that a crash between any two writes leaves one consistent voter. */
import type { EntryPosition } from "../raft/message.ts";
import type { Ready } from "../raft/ready.ts";
import type { Applier } from "./applier.ts";
import type { SegmentLog } from "./log/segment-log.ts";

/** Durable when it resolves. `last` is where the log on disk ends before it. */
export async function persistReady(
  log: SegmentLog,
  applier: Applier,
  ready: Ready,
  last: EntryPosition,
): Promise<void> {
  const { hardState, snapshot, previous, entries } = ready;
  if (snapshot !== undefined) {
    const position = { index: snapshot.index, term: snapshot.term };
    await log.append({ hardState, change: { type: "snapshotBegun", previous: last, position } });
    await applier.restore(snapshot);
    await log.restartAt(position, hardState);
    if (entries.length === 0) return;
  }
  await log.append({ hardState, change: { type: "entries", previous, entries } });
}
