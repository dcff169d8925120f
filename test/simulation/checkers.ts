/** Watches a fleet from outside and objects to the first thing that must never happen. */
import { assert } from "../../src/lib/assert.ts";
import { checkInvariants, invariantLogsMatch, invariantOneLeaderATerm } from "../../src/raft/invariants.ts";
import { lastIndex, lastTerm, termAt } from "../../src/raft/log.ts";
import type { HardState } from "../../src/raft/message.ts";
import type { Raft } from "../../src/raft/raft.ts";
import { CommittedHistory } from "./committed-history.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";
import type { Sightings } from "./sometimes.ts";

/** What a voter was seen as last, since it started. */
interface Observed {
  readonly startCount: number;
  term: number;
  role: Raft["role"];
  commitIndex: number;
  appliedIndex: number;
  revision: number;
  lastIndex: number;
  lastTerm: number;
}

export class Checkers {
  readonly history = new CommittedHistory();
  readonly #sightings: Sightings;
  readonly #leaders = new Map<number, string>();
  readonly #observed = new Map<string, Observed>();
  /** What each voter's disk held last, whatever became of the voter since. */
  readonly #hardStates = new Map<string, HardState>();
  readonly #replacements = new Map<string, number>();
  /** Of a term and a peer, the next entry that its leader was last about to send. */
  readonly #nextIndexes = new Map<string, number>();

  constructor(sightings: Sightings) {
    this.#sightings = sightings;
  }

  /** To be called after every event that concerns the voter. */
  check(voter: SimulatedVoter): void {
    const { store } = voter;
    if (store === undefined) return;
    const { raft } = store;
    this.#checkHardState(raft);
    if (raft.role === "leader") this.#noteBackOff(raft);
    const last = this.#observed.get(voter.id);
    const before = last?.startCount === voter.startCount ? last : undefined;
    const now = observe(raft, voter.startCount, store.reader.revision);
    if (before !== undefined && isSame(before, now)) return;
    this.#observed.set(voter.id, now);
    checkInvariants(raft);
    if (raft.role === "leader") this.#checkLeader(raft, before);
    this.#checkCommitted(raft, before);
    this.history.noteState(store.stateReport);
    if (before === undefined) return;
    assert(now.term >= before.term, "terms never fall");
    assert(now.appliedIndex >= before.appliedIndex, "what is applied stays applied");
    assert(now.revision >= before.revision, "a voter's revision never falls");
    this.#noteTruncation(raft, before);
  }

  checkPairs(voters: readonly SimulatedVoter[]): void {
    const rafts = voters.map((voter) => voter.store?.raft).filter((raft) => raft !== undefined);
    invariantOneLeaderATerm(rafts);
    for (const [place, raft] of rafts.entries()) {
      for (const other of rafts.slice(place + 1)) invariantLogsMatch(raft.log, other.log);
    }
  }

  /** How often entries of this voter were replaced. */
  replacementsOf(id: string): number {
    return this.#replacements.get(id) ?? 0;
  }

  #checkHardState({ id, durable }: Readonly<Raft>): void {
    const before = this.#hardStates.get(id);
    if (before === durable) return;
    this.#hardStates.set(id, durable);
    if (before === undefined) return;
    assert(durable.term >= before.term, "a disk never goes back to an earlier term");
    const isBound = durable.term === before.term && before.vote !== undefined;
    assert(!isBound || durable.vote === before.vote, "a vote that a disk held stays for its term");
  }

  #checkLeader(raft: Readonly<Raft>, before: Observed | undefined): void {
    const leader = this.#leaders.get(raft.term) ?? raft.id;
    assert(leader === raft.id, "a term has at most one leader, ever");
    this.#leaders.set(raft.term, leader);
    if (before?.role !== "leader" || before.term !== raft.term) {
      this.history.checkNewLeader(raft);
      return;
    }
    if (raft.commitIndex === before.commitIndex) return;
    assert(termAt(raft.log, raft.commitIndex) === raft.term, "a leader commits by counting in its own term only");
  }

  #checkCommitted(raft: Readonly<Raft>, before: Observed | undefined): void {
    const from = Math.max(before?.commitIndex ?? 0, raft.log.base.index) + 1;
    for (let index = from; index <= raft.commitIndex; index += 1) this.history.noteCommitted(raft, index);
    this.history.checkMembers(raft);
  }

  /** After a mere loss it would begin again right behind what the peer is known to hold. */
  #noteBackOff(raft: Readonly<Raft>): void {
    for (const [id, { matchIndex, nextIndex }] of raft.progress) {
      const name = `${raft.term} ${id}`;
      const hasFallen = nextIndex < (this.#nextIndexes.get(name) ?? 0);
      if (hasFallen && nextIndex > matchIndex + 1) this.#sightings.sometimes("a leader stepped back over a conflict");
      this.#nextIndexes.set(name, nextIndex);
    }
  }

  #noteTruncation(raft: Readonly<Raft>, before: Observed): void {
    if (before.lastIndex <= raft.log.base.index || termAt(raft.log, before.lastIndex) === before.lastTerm) return;
    this.#replacements.set(raft.id, this.replacementsOf(raft.id) + 1);
    this.#sightings.sometimes("entries were replaced by a new leader's");
  }
}

function observe(raft: Readonly<Raft>, startCount: number, revision: number): Observed {
  const { term, role, commitIndex, appliedIndex, log } = raft;
  const end = { lastIndex: lastIndex(log), lastTerm: lastTerm(log) };
  return { startCount, term, role, commitIndex, appliedIndex, revision, ...end };
}

function isSame(a: Observed, b: Observed): boolean {
  return (
    a.term === b.term &&
    a.role === b.role &&
    a.commitIndex === b.commitIndex &&
    a.appliedIndex === b.appliedIndex &&
    a.revision === b.revision &&
    a.lastIndex === b.lastIndex &&
    a.lastTerm === b.lastTerm
  );
}
