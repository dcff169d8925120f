/** One voter that can lose power and start again: the real code on a disk, a network and a clock of the simulation. */
import { silentLogger } from "../../src/lib/logger.ts";
import { type Random, seededRandom } from "../../src/lib/random.ts";
import { defaultRaftTuning } from "../../src/raft/raft.ts";
import { openReplicatedStore } from "../../src/replication/open-replicated-store.ts";
import type { Member, VoterId } from "../../src/replication/ports.ts";
import type { ReplicatedVoter } from "../../src/replication/replicated-voter.ts";
import type { ReplicationTuning } from "../../src/replication/tuning.ts";
import { MemoryDisk, MemoryStateBackend } from "../../src/store/testing/memory-state-backend.ts";
import { FaultDisk, type Platter } from "./fault-disk.ts";
import type { FaultNetwork, SimulatedTransport } from "./fault-network.ts";
import { ProcessClock } from "./process-clock.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Everything small, so that segments roll, windows slide and checkpoints come within seconds. */
export const smallTuning: Partial<ReplicationTuning> & Pick<ReplicationTuning, "raft"> = {
  raft: { ...defaultRaftTuning, appendBytesMax: 2_000, inFlightMax: 4, snapshotTicksMax: 20 },
  log: { segmentBytes: 8 * 1024 },
  callTimeoutTicks: 60,
  windowEntriesMax: 40,
  windowBytesMax: 32 * 1024,
  checkpointEntries: 50,
  checkpointBytes: 64 * 1024,
  retainedEntries: 10,
  promotionLagEntries: 8,
  historyRevisions: 40,
  historyAgeMs: 20_000,
  stateReportEntries: 5,
};

export interface VoterSurroundings {
  readonly time: VirtualTime;
  readonly network: FaultNetwork;
  readonly random: Random;
  /** Equal for all voters of a fleet. */
  readonly tuning: Partial<ReplicationTuning>;
  readonly onFailure: (voter: SimulatedVoter, error: unknown) => void;
}

interface Running {
  readonly clock: ProcessClock;
  readonly disk: FaultDisk;
  readonly backend: MemoryStateBackend;
  readonly transport: SimulatedTransport;
  /** Undefined while it starts. */
  store: ReplicatedVoter | undefined;
  readonly down: Promise<"down">;
  readonly goDown: () => void;
}

export class SimulatedVoter {
  readonly member: Member;
  /** Goes up with every start. */
  startCount = 0;
  readonly #founders: readonly Member[] | undefined;
  readonly #surroundings: VoterSurroundings;
  readonly #platter: Platter = new Map();
  readonly #stateDisk = new MemoryDisk();
  #running: Running | undefined;

  constructor(member: Member, founders: readonly Member[] | undefined, surroundings: VoterSurroundings) {
    this.member = member;
    this.#founders = founders;
    this.#surroundings = surroundings;
  }

  get id(): VoterId {
    return this.member.id;
  }

  /** Nobody can ask it anything. */
  get isFrozen(): boolean {
    return this.#running?.clock.isFrozen === true;
  }

  /** Segments of its log that were given another use since its last start. */
  get segmentsReused(): number {
    return this.#running?.disk.renamed ?? 0;
  }

  /** Undefined while it is down or starting. */
  get store(): ReplicatedVoter | undefined {
    return this.#running?.store;
  }

  /** What `result` gives, or "down" when this start of the voter ends first: nobody answers then. */
  orDown<T>(result: Promise<T>): Promise<T | "down"> {
    return Promise.race([result, this.#running?.down ?? Promise.resolve("down" as const)]);
  }

  start(): void {
    if (this.#running !== undefined) return;
    const { time, network, random, tuning, onFailure } = this.#surroundings;
    const clock = new ProcessClock(time, random);
    const whenRunning = (action: () => void) => clock.whenRunning(action);
    const disk = new FaultDisk(this.#platter, time, seededRandom(random.below(2 ** 31)), whenRunning);
    const backend = new MemoryStateBackend(
      this.#stateDisk,
      () => new Promise((resolve) => time.after(1 + 20 * random.next(), () => whenRunning(resolve))),
    );
    const transport = network.connect(this.id, whenRunning);
    const { promise: down, resolve } = Promise.withResolvers<"down">();
    const goDown = () => resolve("down");
    const running: Running = { clock, disk, backend, transport, store: undefined, down, goDown };
    this.#running = running;
    this.startCount += 1;
    openReplicatedStore({
      id: this.id,
      ...(this.#founders !== undefined && { bootstrap: this.#founders }),
      disk,
      stateBackend: backend,
      transport,
      clock,
      random: seededRandom(random.below(2 ** 31)),
      log: silentLogger,
      tuning,
      onFailure: (error) => this.#running === running && onFailure(this, error),
    }).then(
      (store) => {
        running.store = store;
      },
      (error: unknown) => this.#running === running && onFailure(this, error),
    );
  }

  /** Power fails. */
  crash(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.goDown();
    running.clock.die();
    running.transport.disconnect();
    running.disk.losePower();
    running.backend.losePower(this.#surroundings.random.below(2));
  }

  /** Ends in an orderly way. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running?.store === undefined) return;
    const { store } = running;
    running.store = undefined;
    await store.close();
    if (this.#running !== running) return;
    this.#running = undefined;
    running.goDown();
    running.clock.die();
    running.transport.disconnect();
  }

  /** Calls `action` at some moment of its next write to the log. */
  duringNextWrite(action: () => void): void {
    const { time, random } = this.#surroundings;
    const disk = this.#running?.disk;
    if (disk === undefined) return;
    disk.onNextWrite = (durationMs) => time.after(durationMs * random.next(), action);
  }

  stallDisk(forMs: number): void {
    if (this.#running !== undefined) this.#running.disk.stalledUntilMs = this.#surroundings.time.nowMs + forMs;
  }

  /** From now on every write takes so many times as long, until it starts again. */
  slowDisk(times: number): void {
    if (this.#running !== undefined) this.#running.disk.slowness = times;
  }

  /** Its process gets no processor for a while. */
  freeze(forMs: number): void {
    this.#running?.clock.freeze(forMs);
  }

  /** Somebody sets its time of day. */
  jumpClock(byMs: number): void {
    this.#running?.clock.jump(byMs);
  }
}
