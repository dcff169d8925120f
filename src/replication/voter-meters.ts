/** What a voter tells of itself to whoever watches the fleet. Every name is documented in `docs/design/metrics.md`. */
import type { Clock } from "../lib/clock.ts";
import { type Counter, type Histogram, MetricRegistry } from "../lib/metrics.ts";
import type { Disk } from "./log/disk.ts";
import { MeasuredDisk } from "./log/measured-disk.ts";
import type { ReplicatedVoter } from "./replicated-voter.ts";

/** From a fast SSD to an SD card that is busy with itself. */
const durationBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class VoterMeters {
  readonly disk: MeasuredDisk;
  readonly #registry: MetricRegistry;
  readonly #clock: Clock;
  readonly #commitSeconds: Histogram;
  readonly #failed: Counter;
  readonly #leaderChanges: Counter;

  constructor(disk: Disk, clock: Clock, registry = new MetricRegistry()) {
    this.#registry = registry;
    this.#clock = clock;
    const writeSeconds = registry.histogram(
      "bramble_log_write_duration_seconds",
      "How long writes to the Raft log took to be durable.",
      durationBounds,
    );
    this.disk = new MeasuredDisk(disk, clock, writeSeconds);
    this.#commitSeconds = registry.histogram(
      "bramble_commit_duration_seconds",
      "How long writes through this voter took from their arrival to their outcome.",
      durationBounds,
    );
    this.#failed = registry.counter(
      "bramble_proposals_failed_total",
      "Writes through this voter that had no outcome: no leader, too many at once, or out of time.",
    );
    this.#leaderChanges = registry.counter(
      "bramble_raft_leader_changes_total",
      "How often this voter came to know of another leader.",
    );
  }

  /** Measures one write through this voter. */
  async commit<T>(outcome: Promise<T>): Promise<T> {
    const startMs = this.#clock.monotonicMs();
    try {
      const result = await outcome;
      this.#commitSeconds.observe((this.#clock.monotonicMs() - startMs) / 1_000);
      return result;
    } catch (error) {
      this.#failed.add();
      throw error;
    }
  }

  watch(voter: ReplicatedVoter): void {
    let known: string | undefined;
    voter.onLeadership((leadership) => {
      const leader = leadership.role === "leader" ? voter.self : leadership.leader?.id;
      if (leader === undefined || leader === known) return;
      known = leader;
      this.#leaderChanges.add();
    });
    this.#showRaft(voter);
    this.#showDisk(voter);
  }

  #showRaft(voter: ReplicatedVoter): void {
    const registry = this.#registry;
    registry.gauge("bramble_raft_term", "The term this voter is in.", () => voter.metrics.term);
    registry.gauge("bramble_raft_is_leader", "1 where this voter leads.", () =>
      voter.leadership.role === "leader" ? 1 : 0,
    );
    registry.gauge(
      "bramble_raft_commit_index",
      "The last entry known to be committed.",
      () => voter.metrics.commitIndex,
    );
    registry.gauge("bramble_raft_applied_lag_entries", "Entries that are committed and not yet applied here.", () => {
      const { commitIndex, appliedIndex } = voter.metrics;
      return commitIndex - appliedIndex;
    });
    registry.gauge(
      "bramble_store_revision",
      "The revision that this voter's state is at.",
      () => voter.reader.revision,
    );
  }

  #showDisk(voter: ReplicatedVoter): void {
    const registry = this.#registry;
    registry.gauge("bramble_log_bytes", "What the Raft log takes on the disk.", () => this.disk.bytes);
    registry.gauge("bramble_log_segments", "Files of the Raft log.", () => this.disk.segments);
    registry.counted("bramble_log_written_bytes_total", "Written to the Raft log since the start.", () => {
      return voter.metrics.logBytesWritten;
    });
    registry.counted("bramble_checkpoints_total", "Checkpoints of the state since the start.", () => {
      return voter.metrics.checkpoints;
    });
    const directions = [
      ["sent", () => voter.metrics.snapshotsSent, () => voter.metrics.snapshotSentBytes],
      ["installed", () => voter.metrics.snapshotsInstalled, () => voter.metrics.snapshotInstalledBytes],
    ] as const;
    for (const [direction, count, bytes] of directions) {
      registry.counted("bramble_snapshots_total", "Snapshots of the whole state since the start.", count, {
        direction,
      });
      registry.gauge("bramble_snapshot_bytes", "Size of the last snapshot, 0 for none.", bytes, { direction });
    }
  }
}
