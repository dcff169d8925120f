/** Three real voters in one process, over messages that always arrive and time that passes when a test says so. */
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { MemoryStateBackend, MemoryDisk as StateDisk } from "../../store/testing/memory-state-backend.ts";
import { openReplicatedStore } from "../open-replicated-store.ts";
import type { Member, VoterChannel, VoterId, VoterTransport } from "../ports.ts";
import type { ReplicatedVoter } from "../replicated-voter.ts";
import type { ReplicationTuning } from "../tuning.ts";
import { MemoryDisk } from "./memory-disk.ts";

type Handler = (from: VoterId, channel: VoterChannel, payload: Uint8Array) => void;

export interface TrioVoter {
  readonly member: Member;
  readonly disk: MemoryDisk;
  readonly stateDisk: StateDisk;
  readonly failures: unknown[];
  store: ReplicatedVoter | undefined;
}

export class VoterTrio {
  readonly clock = new VirtualClock();
  readonly voters: readonly TrioVoter[] = ["b1", "b2", "b3"].map((node) => ({
    member: { id: `${node}.00000001` as VoterId, node, address: `${node}:8883`, role: "voter" },
    disk: new MemoryDisk(),
    stateDisk: new StateDisk(),
    failures: [],
    store: undefined,
  }));
  /** They neither hear nor are heard. */
  readonly cutOff = new Set<VoterId>();
  readonly #handlers = new Map<VoterId, Handler>();
  readonly #tuning: Partial<ReplicationTuning>;
  #starts = 0;

  constructor(tuning: Partial<ReplicationTuning>) {
    this.#tuning = tuning;
  }

  async start(voter: TrioVoter): Promise<void> {
    const { id } = voter.member;
    this.#starts += 1;
    const transport: VoterTransport = {
      send: (to, channel, payload) => {
        if (this.cutOff.has(id) || this.cutOff.has(to)) return;
        queueMicrotask(() => this.#handlers.get(to)?.(id, channel, payload));
      },
      onMessage: (handler) => this.#handlers.set(id, handler),
      onEnded() {},
      setMembers() {},
    };
    voter.store = await openReplicatedStore({
      id,
      bootstrap: this.voters.map(({ member }) => member),
      disk: voter.disk,
      stateBackend: new MemoryStateBackend(voter.stateDisk),
      transport,
      clock: this.clock,
      random: seededRandom(this.#starts),
      log: silentLogger,
      tuning: this.#tuning,
      onFailure: (error) => {
        voter.failures.push(error);
        this.#handlers.delete(id);
      },
    });
  }

  async startAll(): Promise<void> {
    for (const voter of this.voters) await this.start(voter);
    await this.until(() => VoterTrio.hasLeader(this.voters));
  }

  static hasLeader(voters: readonly TrioVoter[]): boolean {
    return voters.some(({ store }) => store?.leadership.role === "leader");
  }

  async stop(voter: TrioVoter): Promise<void> {
    this.#handlers.delete(voter.member.id);
    await voter.store?.close();
    voter.store = undefined;
  }

  /** As many changes, one after another, among five keys. */
  async write(through: TrioVoter, count: number): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      const put = { type: "put", key: `/registry/${at % 5}`, value: `${at}` } as const;
      const outcome = through.store?.transact({ compares: [], mutations: [put] });
      let isDone = false;
      const noteDone = () => {
        isDone = true;
      };
      outcome?.then(noteDone, noteDone);
      await this.until(() => isDone);
      await outcome;
    }
  }

  async pass(durationMs: number): Promise<void> {
    const endMs = this.clock.monotonicMs() + durationMs;
    await this.until(() => this.clock.monotonicMs() >= endMs);
  }

  /** Time passes until `condition` holds, at most a minute of it. */
  async until(condition: () => boolean): Promise<void> {
    for (let ticks = 0; ticks < 600; ticks += 1) {
      if (condition()) return;
      this.clock.advance(100);
      for (let turns = 0; turns < 10; turns += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        // What is to happen a little later happens without time passing.
        this.clock.advance(0);
      }
    }
    throw new Error("it did not come to pass");
  }
}
