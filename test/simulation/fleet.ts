/** A whole fleet of voters under one virtual time, with its workload, its faults and its checkers. */
import { assert } from "../../src/lib/assert.ts";
import { type Random, seededRandom } from "../../src/lib/random.ts";
import type { Member, VoterId } from "../../src/replication/ports.ts";
import { Ambushes } from "./ambushes.ts";
import { Checkers } from "./checkers.ts";
import { FaultNetwork } from "./fault-network.ts";
import { SimulatedVoter, smallTuning } from "./simulated-voter.ts";
import { Sightings } from "./sometimes.ts";
import { settled, VirtualTime } from "./virtual-time.ts";
import { Watcher } from "./watcher.ts";
import { Workload, workloadPrefix } from "./workload.ts";

/** Pairs are compared every so many events: it is the dearest of the checks. */
const pairCheckEvents = 40;

export class Fleet {
  readonly time = new VirtualTime();
  readonly random: Random;
  readonly network: FaultNetwork;
  readonly sightings = new Sightings();
  readonly checkers = new Checkers(this.sightings);
  readonly ambushes = new Ambushes();
  readonly workload: Workload;
  readonly watchers: readonly Watcher[];
  /** In the order in which they came; those that were removed are gone. */
  readonly voters: SimulatedVoter[] = [];
  /** Whether clients may rely on every member. */
  isHealed = false;
  readonly #tuning: typeof smallTuning;
  #voterCount = 0;
  #eventCount = 0;
  #failure: unknown;

  constructor(seed: number, founderCount: number) {
    this.random = seededRandom(seed);
    this.network = new FaultNetwork(this.time, seededRandom(this.random.below(2 ** 31)));
    this.#tuning = this.#drawTuning();
    const draw = () => seededRandom(this.random.below(2 ** 31));
    const pickVoter = () => this.pickAnswering();
    this.workload = new Workload(this.time, draw(), this.sightings, pickVoter);
    this.watchers = [1, 2].map(() => new Watcher(workloadPrefix, this.time, draw(), this.sightings, pickVoter));
    const founders = Array.from({ length: founderCount }, () => this.#nextMember());
    for (const member of founders) this.#enlist(member, founders).start();
  }

  /** Starts a voter with an empty disk that no log names yet. */
  enlistNewcomer(): SimulatedVoter {
    const voter = this.#enlist(this.#nextMember(), undefined);
    voter.start();
    return voter;
  }

  /** Its power is cut for good. */
  dismiss(voter: SimulatedVoter): void {
    voter.crash();
    this.voters.splice(this.voters.indexOf(voter), 1);
  }

  /** One that clients can ask; once all is healed, one of the members. */
  pickAnswering(): SimulatedVoter | undefined {
    // A voter that was removed without hearing of it answers nobody, for ever.
    const asked = this.isHealed ? this.members() : this.voters;
    return this.pick(asked.filter((voter) => voter.store !== undefined && !voter.isFrozen));
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[this.random.below(from.length)];
  }

  leader(): SimulatedVoter | undefined {
    const leaders = this.voters.filter((voter) => voter.store?.leadership.role === "leader");
    return leaders.sort((a, b) => (b.store?.raft.term ?? 0) - (a.store?.raft.term ?? 0))[0];
  }

  /** Those that the leader takes for members. */
  members(): SimulatedVoter[] {
    const ids = new Set(this.leader()?.store?.members.map((member) => member.id));
    return this.voters.filter((voter) => ids.has(voter.id));
  }

  /** Lets something run by itself; whatever it throws fails the run. */
  run(action: Promise<unknown>): void {
    action.catch((error: unknown) => this.#fail(error));
  }

  async runFor(durationMs: number): Promise<void> {
    const endMs = this.time.nowMs + durationMs;
    await this.runUntil(() => this.time.nowMs >= endMs, durationMs + 1_000);
  }

  /** Returns whether `condition` came to hold within the time. */
  async runUntil(condition: () => boolean, withinMs: number): Promise<boolean> {
    const endMs = this.time.nowMs + withinMs;
    // Voters that were just started have yet to set their first timer.
    await settled();
    while (!condition()) {
      if (this.time.nowMs >= endMs) return false;
      assert(await this.time.step(), "a fleet never runs out of events");
      this.#check();
    }
    return true;
  }

  #check(): void {
    this.#eventCount += 1;
    for (const voter of this.voters) this.checkers.check(voter);
    this.ambushes.look(this.voters, this.time.nowMs);
    if (this.#eventCount % pairCheckEvents === 0) this.checkers.checkPairs(this.voters);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
  }

  #enlist(member: Member, founders: readonly Member[] | undefined): SimulatedVoter {
    const { time, network, random } = this;
    const tuning = this.#tuning;
    const onFailure = (_: SimulatedVoter, error: unknown) => this.#fail(error);
    const voter = new SimulatedVoter(member, founders, { time, network, random, tuning, onFailure });
    this.voters.push(voter);
    return voter;
  }

  /** Some fleets campaign all at once, and split their votes. */
  #drawTuning(): typeof smallTuning {
    const { electionTicksMin, electionTicksMax } = smallTuning.raft;
    const isHasty = this.random.below(3) === 0;
    const raft = { ...smallTuning.raft, electionTicksMax: isHasty ? electionTicksMin + 2 : electionTicksMax };
    return { ...smallTuning, raft };
  }

  #nextMember(): Member {
    this.#voterCount += 1;
    const node = `b${this.#voterCount}`;
    return { id: `${node}.0000000${this.#voterCount}` as VoterId, node, address: `${node}:8883`, role: "voter" };
  }
}
