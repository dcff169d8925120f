/** Carries out what Raft decides: persists, then sends, then applies, and keeps the log short behind checkpoints. */
import { assert } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import { type Logger, silentLogger } from "../lib/logger.ts";
import type { EntryPosition, Message, Snapshot } from "../raft/message.ts";
import { peersOf, type Raft } from "../raft/raft.ts";
import {
  persisted,
  type Ready,
  takeCommitted,
  takeReads,
  takeReady,
  takeSnapshotRequests,
  takeUrgent,
} from "../raft/ready.ts";
import { sendSnapshot, tellCommit } from "../raft/replication.ts";
import { step } from "../raft/step.ts";
import { suspectLeader } from "../raft/suspicion.ts";
import { tick } from "../raft/tick.ts";
import type { Applied, Applier } from "./applier.ts";
import { DiskFullError } from "./disk-full.ts";
import type { DiskRoom } from "./disk-room.ts";
import { encodeMessage } from "./encoding/message-codec.ts";
import { EntryWindow } from "./entry-window.ts";
import type { SegmentLog } from "./log/segment-log.ts";
import { persistReady } from "./persistence.ts";
import type { VoterId, VoterTransport } from "./ports.ts";
import type { ReplicationTuning } from "./tuning.ts";

export interface DriverEvents {
  /** Before Raft's wishes are carried out: the time to propose and to ask. */
  beforePump(): void;
  applied(applied: Applied): void;
  /** A snapshot took the place of everything through `position`. */
  jumped(position: EntryPosition): void;
  /** `requestRead` was answered. */
  readable(id: string, index: number): void;
  afterPump(): void;
  /** Nothing works any more: the process must end. */
  failed(error: unknown): void;
}

export interface DriverCounts {
  snapshotsSent: number;
  snapshotsInstalled: number;
  checkpoints: number;
  /** Of the last ones; 0 where there was none. */
  snapshotSentBytes: number;
  snapshotInstalledBytes: number;
}

export class RaftDriver {
  readonly raft: Raft;
  readonly counts: DriverCounts = {
    snapshotsSent: 0,
    snapshotsInstalled: 0,
    checkpoints: 0,
    snapshotSentBytes: 0,
    snapshotInstalledBytes: 0,
  };
  readonly #log: SegmentLog;
  readonly #applier: Applier;
  readonly #room: DiskRoom;
  readonly #transport: VoterTransport;
  readonly #clock: Clock;
  readonly #tuning: ReplicationTuning;
  readonly #events: DriverEvents;
  readonly #logger: Logger;
  readonly #window: EntryWindow;
  /** Where the log on disk ends. */
  #diskEnd: EntryPosition;
  #bytesAtCheckpoint = 0;
  /** What the others know, or are about to hear, to be committed. */
  #toldIndex = 0;
  #isScheduled = false;
  #isStopped = false;
  #hasFailed = false;
  #ticksSinceWrite = 0;
  #writing: Promise<void> | undefined;
  /** What the disk has no room for. */
  #stalled: Ready | undefined;
  #tidying: Promise<void> | undefined;

  constructor(
    raft: Raft,
    parts: {
      readonly log: SegmentLog;
      readonly room: DiskRoom;
      readonly applier: Applier;
      readonly transport: VoterTransport;
      readonly clock: Clock;
    },
    diskEnd: EntryPosition,
    tuning: ReplicationTuning,
    events: DriverEvents,
    logger: Logger = silentLogger,
  ) {
    this.raft = raft;
    this.#log = parts.log;
    this.#room = parts.room;
    this.#applier = parts.applier;
    this.#transport = parts.transport;
    this.#clock = parts.clock;
    this.#diskEnd = diskEnd;
    this.#tuning = tuning;
    this.#events = events;
    this.#logger = logger;
    this.#window = new EntryWindow(raft, tuning);
  }

  /** Whether this voter can promise nothing more until its disk has room again. */
  get isStalled(): boolean {
    return this.#stalled !== undefined;
  }

  receive(message: Message): void {
    // As if it was lost: answers would gather that cannot be given.
    if (this.isStalled) return;
    this.#guard(() => step(this.raft, message));
    this.schedule();
  }

  /** The process of that voter seems to have ended. */
  suspect(id: VoterId): void {
    this.#guard(() => suspectLeader(this.raft, id));
  }

  tick(): void {
    this.#ticksSinceWrite += 1;
    if (this.#stalled !== undefined && this.#ticksSinceWrite >= this.#tuning.diskLookTicks) this.#write(this.#stalled);
    // A leader that hears nobody steps down; a follower that can promise nothing has no use for elections.
    if (!this.isStalled || this.raft.role === "leader") this.#guard(() => tick(this.raft));
    this.#markIfQuiet();
    this.schedule();
  }

  /** Soon, once for everything that happens until then: that is what makes groups of proposals. */
  schedule(): void {
    if (this.#isScheduled || this.#isStopped) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#guard(() => this.#pump());
    });
  }

  /** Somebody found that this voter must not go on: it ends as if its disk had failed. */
  halt(error: unknown): void {
    this.#fail(error);
  }

  /** Waits for writes under way, then makes a last checkpoint where something was applied since the one before. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#writing;
    await this.#tidying;
    // After a failure only a new start can tell what the disk holds; a full one takes no more.
    if (this.#hasFailed || this.#room.isShort) return;
    if (this.raft.pendingSnapshot === undefined) await this.#checkpoint();
    await this.#log.mark();
  }

  #guard(action: () => void): void {
    if (this.#isStopped) return;
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#events.failed(error);
  }

  #pump(): void {
    this.#events.beforePump();
    this.#sendAll(takeUrgent(this.raft));
    this.#applyCommitted();
    for (const { id, index } of takeReads(this.raft)) this.#events.readable(id, index);
    this.#sendSnapshots();
    this.#persist();
    this.#tellCommitSoon();
    this.#tidyIfDue();
    this.#events.afterPump();
  }

  #sendAll(messages: readonly Message[]): void {
    const context = peersOf(this.raft).find((peer) => peer.id === this.raft.id)?.context ?? "";
    for (const message of messages) {
      this.#transport.send(message.to as VoterId, "raft", encodeMessage(message, context));
    }
  }

  #persist(): void {
    const ready = takeReady(this.raft);
    if (ready === undefined) return;
    if (!ready.mustPersist) {
      this.#finish(ready);
      return;
    }
    this.#write(ready);
  }

  #write(ready: Ready): void {
    this.#ticksSinceWrite = 0;
    this.#stalled = undefined;
    this.#writing = persistReady(this.#log, this.#applier, ready, this.#diskEnd).then(
      () => {
        this.#writing = undefined;
        this.#guard(() => this.#finish(ready));
      },
      (error: unknown) => {
        this.#writing = undefined;
        if (error instanceof DiskFullError) this.#stalled = ready;
        else this.#fail(error);
      },
    );
  }

  /** Persisted: now the messages may go, and what was written counts. */
  #finish(ready: Ready): void {
    this.#diskEnd = ready.entries.at(-1) ?? ready.snapshot ?? this.#diskEnd;
    this.#sendAll(ready.messages);
    persisted(this.raft, ready);
    if (ready.snapshot !== undefined) this.#noteInstalled(ready.snapshot);
    this.schedule();
  }

  #noteInstalled(snapshot: Snapshot): void {
    assert(this.#applier.position.index === snapshot.index, "a snapshot contains what it says");
    this.counts.snapshotsInstalled += 1;
    this.counts.snapshotInstalledBytes = snapshot.data.byteLength;
    this.#window.noteReset();
    this.#logger.info("installed a snapshot", { index: snapshot.index, term: snapshot.term });
    this.#events.jumped({ index: snapshot.index, term: snapshot.term });
  }

  /** Once those who waited for the commit had their turn to propose more, which tells of it along the way. */
  #tellCommitSoon(): void {
    const { role, commitIndex } = this.raft;
    if (role !== "leader" || commitIndex === this.#toldIndex) return;
    this.#toldIndex = commitIndex;
    this.#clock.after(0, () => {
      this.#guard(() => tellCommit(this.raft));
      this.schedule();
    });
  }

  #applyCommitted(): void {
    const entries = takeCommitted(this.raft);
    if (entries.length === 0) return;
    for (const entry of entries) this.#events.applied(this.#applier.apply(entry));
    this.#window.noteApplied(entries);
    this.#window.trim(this.raft);
  }

  #sendSnapshots(): void {
    const peers = takeSnapshotRequests(this.raft);
    if (peers.length === 0) return;
    this.#applier.dump().then(
      (snapshot) => {
        for (const peer of peers) {
          this.counts.snapshotsSent += 1;
          this.counts.snapshotSentBytes = snapshot.data.byteLength;
          this.#guard(() => sendSnapshot(this.raft, peer, snapshot));
        }
        this.schedule();
      },
      // Raft asks again after a while.
      (error: unknown) => this.#logger.warn("could not make a snapshot", { error }),
    );
  }

  #markIfQuiet(): void {
    if (this.#ticksSinceWrite < this.#tuning.markAfterTicks || this.#isStopped || this.#log.isMarked) return;
    if (this.#room.isShort) return;
    this.#log.mark().catch((error: unknown) => {
      if (!(error instanceof DiskFullError)) this.#fail(error);
    });
  }

  #tidyIfDue(): void {
    const entries = this.raft.appliedIndex - this.#applier.durableIndex;
    const bytes = this.#log.bytesWritten - this.#bytesAtCheckpoint;
    const { checkpointEntries, checkpointBytes, checkpointOverlaySize } = this.#tuning;
    const isLarge = bytes >= checkpointBytes || this.#applier.machine.overlaySize >= checkpointOverlaySize;
    const isDue = entries >= checkpointEntries || (isLarge && entries > 0);
    // LevelDB takes no more writes once one has found the disk full, so none is tried there.
    if (!isDue || this.#room.isShort || this.#tidying !== undefined || this.raft.pendingSnapshot !== undefined) return;
    this.#tidying = this.#checkpoint().then(
      () => {
        this.#tidying = undefined;
      },
      (error: unknown) => this.#fail(error),
    );
  }

  /** The log is cut only behind what the checkpoint has made durable. */
  async #checkpoint(): Promise<void> {
    if (this.#applier.position.index === this.#applier.durableIndex) return;
    this.#bytesAtCheckpoint = this.#log.bytesWritten;
    await this.#applier.checkpoint();
    this.counts.checkpoints += 1;
    await this.#log.removeThrough(this.#applier.durableIndex - this.#tuning.retainedEntries);
  }
}
