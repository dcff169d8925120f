/** Puts log and state together again at a start, and refuses when one of them is not from where the other is. */
import type { Peer, PeerId } from "../raft/message.ts";
import type { RestoredState } from "../raft/raft.ts";
import type { Applier } from "./applier.ts";
import { DamagedVoterError } from "./damaged-voter.ts";
import type { ReplayedLog } from "./log/replayed-log.ts";
import type { SegmentLog } from "./log/segment-log.ts";

/** The term of the entry that a new fleet begins with. */
const firstTerm = 1;

/**
 * `founders` begin a new fleet where the disk is empty, and are ignored where it is not. Throws `DamagedVoterError` when
 * what was promised can no longer be known.
 */
export async function restart(
  log: SegmentLog,
  replayed: ReplayedLog,
  applier: Applier,
  founders: readonly Peer[] | undefined,
): Promise<RestoredState> {
  if (replayed.recordCount === 0) {
    if (applier.position.index > 0) throw disagreement("its log is gone");
    if (founders !== undefined) await found(log, replayed, founders);
  }
  await settleOpenSnapshot(log, replayed, applier);
  const { index, term } = applier.position;
  if (index < replayed.base.index) throw disagreement("its state is older than its log");
  if (index > replayed.last.index) throw disagreement("its log ends before its state");
  const logTerm = index === replayed.base.index ? replayed.base.term : termIn(replayed, index);
  if (logTerm !== term) throw disagreement("its log and its state are of different fleets");
  const { hardState, base, entries } = replayed;
  return { hardState, base, entries, appliedIndex: index, peers: applier.peers };
}

/** Every founder writes the same first entry, so that it counts as committed without ever having been counted. */
async function found(log: SegmentLog, replayed: ReplayedLog, founders: readonly Peer[]): Promise<void> {
  const record = {
    hardState: { term: firstTerm, vote: undefined as PeerId | undefined },
    change: {
      type: "entries",
      previous: { index: 0, term: 0 },
      entries: [{ index: 1, term: firstTerm, type: "configuration", peers: founders }],
    },
  } as const;
  await log.append(record);
  replayed.add(record);
}

/** A crash came while a snapshot was installed: the state alone knows how far that went. */
async function settleOpenSnapshot(log: SegmentLog, replayed: ReplayedLog, applier: Applier): Promise<void> {
  const position = replayed.openSnapshot;
  if (position === undefined) return;
  const { hardState } = replayed;
  if (applier.position.index >= position.index) {
    await log.restartAt(position, hardState);
    replayed.add({ hardState, change: { type: "snapshotInstalled", position } });
  } else {
    const record = { hardState, change: { type: "entries", previous: replayed.last, entries: [] } } as const;
    await log.append(record);
    replayed.add(record);
  }
}

function termIn(replayed: ReplayedLog, index: number): number | undefined {
  return replayed.entries[index - replayed.base.index - 1]?.term;
}

function disagreement(what: string): DamagedVoterError {
  return new DamagedVoterError(
    `this voter cannot know what it has promised: ${what}; ` +
      "remove this voter from the fleet, empty its data directory, and join it again with `bramble join`",
  );
}
