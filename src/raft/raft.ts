/**
 * One peer's state, without clock, socket or disk.
 *
 * Whoever drives it calls `step`, `tick`, `propose`, `proposeConfiguration` and `requestRead`, and after each of them
 * carries out what waits:
 *
 * 1. `takeUrgent`: messages that promise nothing about this disk; send them at once.
 * 2. `takeReady`: persist the hard state, then the entries or the snapshot, in one synchronous write; only then send its
 *    messages and call `persisted`. One at a time: while a write is under way `takeReady` has nothing.
 * 3. `takeCommitted`: apply these entries, in order.
 * 4. `takeReads` and `takeSnapshotRequests`: answer readers, make snapshots.
 *
 * A little after its commit index has risen, a leader is to `tellCommit`.
 */
import type { Random } from "../lib/random.ts";
import { type ConfigurationHistory, latestConfiguration, voterIds } from "./configuration.ts";
import { createLog, entriesBetween, lastIndex, type RaftLog } from "./log.ts";
import type { Entry, EntryPosition, HardState, Message, Peer, PeerId, Snapshot } from "./message.ts";
import type { Progress } from "./progress.ts";
import type { SnapshotAssembly } from "./snapshot-assembly.ts";

export interface RaftTuning {
  /** A follower that heard no leader for this long may vote; a leader that heard no majority steps down. */
  readonly electionTicksMin: number;
  /** A follower campaigns after at least `electionTicksMin` and less than this, drawn anew each time. */
  readonly electionTicksMax: number;
  readonly heartbeatTicks: number;
  /** Size of one appendEntries, unless a single entry is larger, and of one part of a snapshot. */
  readonly appendBytesMax: number;
  /** Unanswered appendEntries to one peer, and the entries in them; the last one may exceed it. */
  readonly inFlightMax: number;
  readonly inFlightBytesMax: number;
  /** The leader takes no more proposals while entries of this size wait to be committed. */
  readonly uncommittedBytesMax: number;
  /** A snapshot of which a peer has taken nothing for this long is let go; the peer will be sent a newer one. */
  readonly snapshotTicksMax: number;
}

/** For ticks of 100 ms. */
export const defaultRaftTuning: RaftTuning = {
  electionTicksMin: 10,
  // Votes are rarely split by six ticks, and pre-votes keep a split from costing a term.
  electionTicksMax: 16,
  heartbeatTicks: 3,
  appendBytesMax: 256 * 1024,
  inFlightMax: 16,
  inFlightBytesMax: 2 * 1024 * 1024,
  uncommittedBytesMax: 16 * 1024 * 1024,
  snapshotTicksMax: 600,
};

export interface PendingRead {
  readonly id: string;
  /** Everything committed before the read was asked for is at or below this index; -1 until our term has committed. */
  index: number;
  /** The heartbeat round that a majority must answer. */
  round: number;
}

export interface ReadReady {
  readonly id: string;
  /** The read may be served once this index is applied. */
  readonly index: number;
}

/** Leadership on its way to another voter (thesis §3.10). */
export interface Handover {
  readonly to: PeerId;
  elapsedTicks: number;
}

export type Role = "follower" | "preCandidate" | "candidate" | "leader";

export interface Raft {
  readonly id: PeerId;
  readonly tuning: RaftTuning;
  readonly random: Random;

  term: number;
  vote: PeerId | undefined;
  role: Role;
  leader: PeerId | undefined;

  readonly log: RaftLog;
  commitIndex: number;
  /** Handed out by `takeCommitted`. Never above `commitIndex`, nor above what the disk holds. */
  appliedIndex: number;
  readonly configurations: ConfigurationHistory;

  electionElapsedTicks: number;
  heartbeatElapsedTicks: number;
  electionTimeoutTicks: number;
  readonly votes: Map<PeerId, boolean>;
  /** Of every other peer while leading, else empty. */
  readonly progress: Map<PeerId, Progress>;
  heartbeatRound: number;
  pendingReads: PendingRead[];
  /** While leading: who is to lead instead. Nothing is proposed meanwhile. */
  handover: Handover | undefined;
  /** While leading: of the entries behind the commit index. */
  uncommittedBytes: number;

  /** The hard state that the disk holds. */
  durable: HardState;
  persisting: boolean;
  /** Received in part. */
  assembly: SnapshotAssembly | undefined;
  /** Received, not yet on disk. */
  pendingSnapshot: Snapshot | undefined;
  /** Messages that promise something about this disk. */
  outbox: Message[];
  /** Messages that do not. */
  urgent: Message[];
  reads: ReadReady[];
  readonly snapshotsWanted: Set<PeerId>;
}

/** What the disk held at the start. */
export interface RestoredState {
  readonly hardState: HardState;
  /** The entry before the first of `entries`. */
  readonly base: EntryPosition;
  readonly entries: readonly Entry[];
  /** What the state machine has applied, which therefore is committed; at or after `base.index`. */
  readonly appliedIndex: number;
  /** The configuration at `appliedIndex`; no peers for one that has yet to be told. */
  readonly peers: readonly Peer[];
}

export function createRaft(id: PeerId, random: Random, tuning: RaftTuning, restored: RestoredState): Raft {
  const configurations: ConfigurationHistory = [{ index: restored.appliedIndex, peers: restored.peers }];
  for (const entry of restored.entries) {
    if (entry.type === "configuration" && entry.index > restored.appliedIndex) {
      configurations.push({ index: entry.index, peers: entry.peers });
    }
  }
  return {
    id,
    tuning,
    random,
    term: restored.hardState.term,
    vote: restored.hardState.vote,
    role: "follower",
    leader: undefined,
    log: createLog(restored.base, restored.entries),
    commitIndex: restored.appliedIndex,
    appliedIndex: restored.appliedIndex,
    configurations,
    electionElapsedTicks: 0,
    heartbeatElapsedTicks: 0,
    electionTimeoutTicks: drawElectionTimeout(random, tuning),
    votes: new Map(),
    progress: new Map(),
    heartbeatRound: 0,
    pendingReads: [],
    handover: undefined,
    uncommittedBytes: 0,
    durable: restored.hardState,
    persisting: false,
    assembly: undefined,
    pendingSnapshot: undefined,
    outbox: [],
    urgent: [],
    reads: [],
    snapshotsWanted: new Set(),
  };
}

export function drawElectionTimeout(random: Random, tuning: RaftTuning): number {
  return tuning.electionTicksMin + random.below(tuning.electionTicksMax - tuning.electionTicksMin);
}

/** The configuration that counts, committed or not. */
export function peersOf(raft: Raft): readonly Peer[] {
  return latestConfiguration(raft.configurations).peers;
}

export function votersOf(raft: Raft): PeerId[] {
  return voterIds(peersOf(raft));
}

export function uncommittedEntries(raft: Raft): Entry[] {
  return entriesBetween(raft.log, raft.commitIndex + 1, lastIndex(raft.log));
}

/** Heard the leader so recently that another election would only disturb (thesis §4.2.3). */
export function hearsLeader(raft: Raft): boolean {
  return raft.leader !== undefined && raft.electionElapsedTicks < raft.tuning.electionTicksMin;
}
