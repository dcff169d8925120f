/** What the fleet is seen to have committed, and what follows from it for everybody (thesis, figure 3.2). */
import { assert } from "../../src/lib/assert.ts";
import { entryAt, lastIndex, termAt } from "../../src/raft/log.ts";
import type { Entry, Peer } from "../../src/raft/message.ts";
import type { Raft } from "../../src/raft/raft.ts";
import type { StateReport } from "../../src/replication/state-agreement.ts";

interface Committed {
  readonly text: string;
  readonly term: number;
  /** The lowest term of a voter that was seen to hold it for committed. */
  readonly knownInTerm: number;
}

export class CommittedHistory {
  readonly #entries = new Map<number, Committed>();
  /** Committed configurations, oldest first. */
  readonly #configurations: { readonly index: number; readonly peers: string }[] = [];
  readonly #digests = new Map<number, string>();

  get count(): number {
    return this.#entries.size;
  }

  get configurationCount(): number {
    return this.#configurations.length;
  }

  /** State machine safety: the entry that a voter holds for committed is the one that everybody does. */
  noteCommitted(raft: Readonly<Raft>, index: number): void {
    const entry = entryAt(raft.log, index);
    assert(entry !== undefined, "committed entries stay for a while");
    const before = this.#entries.get(index);
    const text = textOf(entry);
    assert(before === undefined || before.text === text, "committed prefixes agree");
    if (before !== undefined && before.knownInTerm <= raft.term) return;
    this.#entries.set(index, { text, term: entry.term, knownInTerm: raft.term });
    if (before === undefined && entry.type === "configuration") this.#addConfiguration(index, entry.peers);
  }

  /** Leader completeness: a new leader's log holds what was committed in earlier terms. */
  checkNewLeader(raft: Readonly<Raft>): void {
    for (const [index, { term, knownInTerm }] of this.#entries) {
      if (knownInTerm >= raft.term || index < raft.log.base.index) continue;
      assert(index <= lastIndex(raft.log), "a leader's log is not shorter than what was committed before");
      assert(termAt(raft.log, index) === term, "a leader's log holds what was committed before");
    }
  }

  /** Whoever has applied the same has the same members. */
  checkMembers(raft: Readonly<Raft>): void {
    const known = raft.configurations.findLast(({ index }) => index <= raft.appliedIndex);
    const expected = this.#configurations.findLast(({ index }) => index <= raft.appliedIndex);
    if (expected === undefined || known === undefined) return;
    assert(namesOf(known.peers) === expected.peers, "the members are those of the last committed configuration");
  }

  /** States that contain the same entries are the same. */
  noteState({ index, digest }: StateReport): void {
    const known = this.#digests.get(index) ?? digest;
    assert(known === digest, "states that contain the same entries are the same");
    this.#digests.set(index, known);
  }

  get digestCount(): number {
    return this.#digests.size;
  }

  #addConfiguration(index: number, peers: readonly Peer[]): void {
    assert((this.#configurations.at(-1)?.index ?? 0) < index, "configurations are committed in order");
    this.#configurations.push({ index, peers: namesOf(peers) });
  }
}

const namesKnown = new WeakMap<readonly Peer[], string>();

function namesOf(peers: readonly Peer[]): string {
  const known = namesKnown.get(peers);
  if (known !== undefined) return known;
  const names = peers
    .map(({ id, role }) => `${id} ${role}`)
    .sort()
    .join();
  namesKnown.set(peers, names);
  return names;
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
