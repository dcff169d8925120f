/** Every number that shapes a voter, in one place; the defaults suit boards with SD cards on one network. */
import { defaultRaftTuning, type RaftTuning } from "../raft/raft.ts";
import { defaultSegmentLogTuning, type SegmentLogTuning } from "./log/segment-supply.ts";

export interface ReplicationTuning {
  readonly tickMs: number;
  readonly raft: RaftTuning;
  readonly log: SegmentLogTuning;
  /** After this a call fails, with or without a leader. */
  readonly callTimeoutTicks: number;
  /** A request that got no answer is sent again. */
  readonly callRepeatTicks: number;
  /** Proposals of this voter that wait for their outcome; more are refused. */
  readonly proposalsMax: number;
  /** The leader takes no more proposals while so many entries are not committed. */
  readonly uncommittedEntriesMax: number;
  /** Recent entries that stay in memory for peers that are a little behind. */
  readonly windowEntriesMax: number;
  readonly windowBytesMax: number;
  /**
   * The state is checkpointed after so many entries, so many bytes of log, or once only memory holds so many UTF-16
   * units of values. Rarely, as a version that comes and goes in between is never written; not too rarely, as a start
   * replays the log since, and a checkpoint is one batch in memory.
   */
  readonly checkpointEntries: number;
  readonly checkpointBytes: number;
  readonly checkpointOverlaySize: number;
  /** Entries before the checkpoint that stay on disk, so that a restarted leader need not send snapshots at once. */
  readonly retainedEntries: number;
  /** With less than this free on its disk a voter refuses writes, makes no checkpoints and gives leadership away. */
  readonly diskReserveBytes: number;
  /** How often it looks at what is free, where it has written something or is short. */
  readonly diskLookTicks: number;
  /** Once nothing was written for so long, the log's end is marked as durable: one small write, and then none. */
  readonly markAfterTicks: number;
  /** A learner this close to the end of the log becomes a voter. */
  readonly promotionLagEntries: number;
  /** History that a watch can resume from: so many revisions, and none that was followed by others for so long. */
  readonly historyRevisions: number;
  readonly historyAgeMs: number;
  /** Voters compare what their states add up to after so many entries. */
  readonly stateReportEntries: number;
}

export const defaultReplicationTuning: ReplicationTuning = {
  tickMs: 100,
  raft: defaultRaftTuning,
  log: defaultSegmentLogTuning,
  callTimeoutTicks: 100,
  callRepeatTicks: 5,
  proposalsMax: 2048,
  uncommittedEntriesMax: 4096,
  windowEntriesMax: 4096,
  windowBytesMax: 4 * 1024 * 1024,
  checkpointEntries: 40_000,
  checkpointBytes: 32 * 1024 * 1024,
  checkpointOverlaySize: 16 * 1024 * 1024,
  retainedEntries: 1_000,
  diskReserveBytes: 32 * 1024 * 1024,
  diskLookTicks: 10,
  markAfterTicks: 50,
  promotionLagEntries: 64,
  historyRevisions: 5_000,
  historyAgeMs: 3_600_000,
  stateReportEntries: 256,
};
