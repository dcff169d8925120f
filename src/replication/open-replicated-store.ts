/** Starts one voter from what its disk holds. */
import { assert } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import type { MetricRegistry } from "../lib/metrics.ts";
import type { Random } from "../lib/random.ts";
import { createRaft, votersOf } from "../raft/raft.ts";
import type { StateBackend } from "../store/state-backend.ts";
import { StateMachine } from "../store/state-machine.ts";
import { Applier } from "./applier.ts";
import { DamagedVoterError } from "./damaged-voter.ts";
import { DiskRoom } from "./disk-room.ts";
import type { Disk } from "./log/disk.ts";
import { SegmentLog } from "./log/segment-log.ts";
import { peerOf } from "./membership.ts";
import type { Member, VoterId, VoterTransport } from "./ports.ts";
import { ReplicatedVoter } from "./replicated-voter.ts";
import { restart } from "./restart.ts";
import { defaultReplicationTuning, type ReplicationTuning } from "./tuning.ts";
import { VoterMeters } from "./voter-meters.ts";

export interface ReplicatedStoreOptions {
  readonly id: VoterId;
  /**
   * The members that found a new fleet, this voter among them; the same on each. Ignored once the disk holds a log, so
   * it may be given at every start. Without it a voter with an empty disk is silent until a leader calls.
   */
  readonly bootstrap?: readonly Member[];
  /** This voter has held entries before: an empty log has lost them. */
  readonly hasHeldLog?: boolean;
  /** Voters known from elsewhere, say from joining; a voter that is called upon learns its caller's address anyhow. */
  readonly contacts?: readonly Member[];
  /** For the Raft log; nothing else may be in it. */
  readonly disk: Disk;
  readonly stateBackend: StateBackend;
  readonly transport: VoterTransport;
  readonly clock: Clock;
  /** Must differ from start to start: it also names this start among all others. */
  readonly random: Random;
  readonly log: Logger;
  readonly tuning?: Partial<ReplicationTuning>;
  /** Where the voter shows how it does. */
  readonly metrics?: MetricRegistry;
  /** The disk failed or an invariant broke: nothing is acknowledged any more, and the process must end. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Reads log and state back and starts taking part. Throws `DamagedVoterError` or `DamagedStateError` when what
 * this voter has promised can no longer be known; both say what to do.
 */
export async function openReplicatedStore(options: ReplicatedStoreOptions): Promise<ReplicatedVoter> {
  const { id, bootstrap, stateBackend, transport, clock, random } = options;
  assert(bootstrap?.some((member) => member.id === id) !== false, "a founder is among the founders");
  const tuning = { ...defaultReplicationTuning, ...options.tuning };
  const meters = new VoterMeters(options.disk, clock, options.metrics);
  const { disk } = meters;
  const { log, replayed } = await SegmentLog.open(disk, tuning.log);
  if (options.hasHeldLog === true && replayed.recordCount === 0) {
    throw new DamagedVoterError(
      "the Raft log of this voter is gone, and with it what it has promised; " +
        "remove this voter from the fleet, empty its data directory, and join it again with `bramble join`",
    );
  }
  const applier = new Applier(await StateMachine.open(stateBackend));
  const restored = await restart(log, replayed, applier, bootstrap?.map(peerOf));
  const room = new DiskRoom(options.disk, tuning.diskReserveBytes);
  await room.look();
  const raft = createRaft(id, random, tuning.raft, restored);
  // Alone there is nobody to wait for.
  const voters = votersOf(raft);
  if (voters.length === 1 && voters[0] === id) raft.electionElapsedTicks = raft.electionTimeoutTicks;
  const logger = options.log.with({ voter: id });
  logger.info("opened the log and the state", { term: raft.term, appliedIndex: raft.appliedIndex });
  const voter = new ReplicatedVoter({
    raft,
    log,
    room,
    diskEnd: replayed.last,
    applier,
    transport,
    clock,
    logger,
    tuning,
    incarnation: drawIncarnation(random),
    contacts: options.contacts ?? [],
    meters,
    onFailure: options.onFailure,
  });
  meters.watch(voter);
  return voter;
}

/** 64 bits: two starts of one voter must not take each other's proposals for their own. */
function drawIncarnation(random: Random): string {
  return Array.from({ length: 4 }, () => random.below(0x1_0000).toString(16).padStart(4, "0")).join("");
}
