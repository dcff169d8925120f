import { describe, expect, it } from "vitest";
import { seededRandom } from "../lib/random.ts";
import type { Entry, Message, MessageBody, Peer } from "./message.ts";
import { createRaft, defaultRaftTuning, type Raft } from "./raft.ts";
import { persisted, type Ready, takeCommitted, takeReady, takeUrgent } from "./ready.ts";
import { step } from "./step.ts";

const peers: Peer[] = ["a", "b", "c"].map((id) => ({ id, role: "voter", context: "" }));
const founding: Entry = { index: 1, term: 1, type: "configuration", peers };

function peer(): Raft {
  return createRaft("a", seededRandom(1), defaultRaftTuning, {
    hardState: { term: 1, vote: undefined },
    base: { index: 0, term: 0 },
    entries: [founding],
    appliedIndex: 0,
    peers: [],
  });
}

const message = (from: string, term: number, body: MessageBody): Message => ({ from, to: "a", term, ...body });
const append = (from: string, term: number, previous: [number, number], ...terms: number[]): Message =>
  message(from, term, {
    type: "appendEntries",
    previousIndex: previous[0],
    previousTerm: previous[1],
    entries: terms.map((entryTerm, n): Entry => ({ index: previous[0] + 1 + n, term: entryTerm, type: "noop" })),
    commitIndex: 0,
  });

function ready(raft: Raft): Ready {
  const taken = takeReady(raft);
  if (taken === undefined) throw new Error("nothing is ready");
  return taken;
}

describe("what is handed out to be persisted", () => {
  it("holds a vote given in a term that the disk knows already, before the answer may go", () => {
    const raft = peer();
    step(raft, message("c", 3, { type: "requestVote", lastIndex: 0, lastTerm: 0, isHandover: false }));
    const refusal = ready(raft);
    expect(refusal.hardState).toEqual({ term: 3, vote: undefined });
    persisted(raft, refusal);
    step(raft, message("b", 3, { type: "requestVote", lastIndex: 1, lastTerm: 1, isHandover: false }));
    expect(takeUrgent(raft)).toEqual([]);
    const vote = ready(raft);
    expect(vote).toMatchObject({ mustPersist: true, hardState: { term: 3, vote: "b" } });
    expect(vote.messages).toMatchObject([{ to: "b", type: "requestVoteResponse", granted: true }]);
  });

  it("comes anew where a new leader replaced entries while they were being written", () => {
    const raft = peer();
    step(raft, append("b", 2, [1, 1], 2, 2, 2));
    const first = ready(raft);
    expect(first.entries.map(({ index }) => index)).toEqual([2, 3, 4]);
    step(raft, append("c", 3, [2, 2], 3));
    expect(takeReady(raft)).toBeUndefined();
    persisted(raft, first);
    const second = ready(raft);
    expect(second.entries).toMatchObject([{ index: 3, term: 3 }]);
    expect(second.previous).toEqual({ index: 2, term: 2 });
    persisted(raft, second);
    expect(takeReady(raft)).toBeUndefined();
  });

  it("is nothing for a heartbeat", () => {
    const raft = peer();
    step(raft, message("b", 2, { type: "heartbeat", commitIndex: 0, round: 1 }));
    persisted(raft, ready(raft));
    for (let round = 2; round < 100; round += 1) {
      step(raft, message("b", 2, { type: "heartbeat", commitIndex: 1, round }));
      expect(takeReady(raft)).toBeUndefined();
    }
    expect(takeUrgent(raft)).toHaveLength(99);
    expect(takeCommitted(raft)).toEqual([founding]);
  });
});
