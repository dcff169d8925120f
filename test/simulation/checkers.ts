/** Watches a fleet from outside and objects to the first thing that must never happen. */
import { assert } from "../../src/lib/assert.ts";
import { checkInvariants, invariantLogsMatch, invariantOneLeaderATerm } from "../../src/raft/invariants.ts";
import { entryAt, termAt } from "../../src/raft/log.ts";
import type { Entry } from "../../src/raft/message.ts";
import type { Raft } from "../../src/raft/raft.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";

interface Observed {
  readonly startCount: number;
  appliedIndex: number;
  revision: number;
}

export class Checkers {
  readonly #leaders = new Map<number, string>();
  /** The entries seen applied by anyone, by index. */
  readonly #committed = new Map<number, string>();
  /** What states added up to, by the last entry that they contain. */
  readonly #digests = new Map<number, string>();
  readonly #observed = new Map<string, Observed>();

  /** To be called after every event that concerns the voter. */
  check(voter: SimulatedVoter): void {
    const { store } = voter;
    if (store === undefined) return;
    const { raft } = store;
    checkInvariants(raft);
    this.#checkLeader(raft);
    const before = this.#observed.get(voter.id);
    const isSameStart = before?.startCount === voter.startCount;
    const observed = isSameStart ? before : { startCount: voter.startCount, appliedIndex: 0, revision: 0 };
    this.#observed.set(voter.id, observed);
    this.#checkApplied(raft, observed);
    assert(store.reader.revision >= observed.revision, "a voter's revision never falls");
    observed.revision = store.reader.revision;
    const { index, digest } = store.stateReport;
    const known = this.#digests.get(index) ?? digest;
    assert(known === digest, "states that contain the same entries are the same");
    this.#digests.set(index, known);
  }

  checkPairs(voters: readonly SimulatedVoter[]): void {
    const rafts = voters.map((voter) => voter.store?.raft).filter((raft) => raft !== undefined);
    invariantOneLeaderATerm(rafts);
    for (const [place, raft] of rafts.entries()) {
      for (const other of rafts.slice(place + 1)) invariantLogsMatch(raft.log, other.log);
    }
  }

  get committedCount(): number {
    return this.#committed.size;
  }

  #checkLeader(raft: Readonly<Raft>): void {
    if (raft.role !== "leader") return;
    const leader = this.#leaders.get(raft.term) ?? raft.id;
    assert(leader === raft.id, "a term has at most one leader, ever");
    this.#leaders.set(raft.term, leader);
  }

  #checkApplied(raft: Readonly<Raft>, observed: Observed): void {
    assert(raft.appliedIndex >= observed.appliedIndex, "what is applied stays applied");
    const { log } = raft;
    for (let index = Math.max(observed.appliedIndex, log.base.index) + 1; index <= raft.appliedIndex; index += 1) {
      const entry = entryAt(log, index);
      assert(entry !== undefined && termAt(log, index) === entry.term, "applied entries stay for a while");
      const text = textOf(entry);
      const committed = this.#committed.get(index) ?? text;
      assert(committed === text, "committed prefixes agree");
      this.#committed.set(index, committed);
    }
    observed.appliedIndex = raft.appliedIndex;
  }
}

function textOf(entry: Entry): string {
  switch (entry.type) {
    case "noop":
      return `${entry.term} noop`;
    case "command":
      return `${entry.term} ${Buffer.from(entry.data).toString("latin1")}`;
    case "configuration":
      return `${entry.term} ${JSON.stringify(entry.peers)}`;
  }
}
