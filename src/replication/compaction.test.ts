import { describe, expect, it } from "vitest";
import { type Revision, RevisionUnavailableError, revision } from "../store/types.ts";
import { planCompaction } from "./leader-duties.ts";
import { RevisionTimes } from "./revision-times.ts";
import { type TrioVoter, VoterTrio } from "./testing/voter-trio.ts";

describe("planCompaction", () => {
  it.each([
    { story: "little history", current: 100, compacted: 0, aged: undefined, through: undefined },
    { story: "not yet a fifth too much", current: 119, compacted: 0, aged: undefined, through: undefined },
    { story: "a fifth too much", current: 120, compacted: 0, aged: undefined, through: 20 },
    { story: "a fifth more since the last time", current: 140, compacted: 20, aged: undefined, through: 40 },
    { story: "one that is old", current: 50, compacted: 0, aged: 1, through: undefined },
    { story: "some that are old", current: 50, compacted: 0, aged: 2, through: 2 },
    { story: "both: whatever reaches further", current: 120, compacted: 0, aged: 70, through: 70 },
    { story: "the old ones are gone already", current: 60, compacted: 50, aged: 49, through: undefined },
  ])("$story: $through", ({ current, compacted, aged, through }) => {
    const history = { current: revision(current), compacted, aged: aged as Revision | undefined };
    expect(planCompaction(history, 100)).toBe(through);
  });
});

describe("the age of revisions", () => {
  it("is never said to be more than it is, and at most a sixteenth less", () => {
    const times = new RevisionTimes(1_600);
    for (let at = 0; at <= 5_000; at += 10) {
      times.note(revision(at), at);
      const aged = times.aged(at);
      if (at < 1_600) expect(aged).toBeUndefined();
      else expect(at - (aged ?? 0)).toSatisfy((ageMs: number) => ageMs >= 1_600 && ageMs <= 1_710);
    }
  });
});

function range(voter: TrioVoter | undefined, at: number) {
  return voter?.store?.reader.range({ prefix: "", revision: revision(at) });
}

describe("history that is old", () => {
  it("is forgotten with the next change, on all voters, and costs an idle fleet nothing", async () => {
    const trio = new VoterTrio({ historyRevisions: 1_000, historyAgeMs: 5_000 });
    await trio.startAll();
    const [first] = trio.voters;
    if (first === undefined) throw new Error("three voters");
    await trio.write(first, 60);
    const written = first.store?.metrics.logBytesWritten;
    await trio.pass(30_000);
    expect(first.store?.metrics.logBytesWritten).toBe(written);
    expect((await range(first, 2))?.items).toHaveLength(2);
    await trio.write(first, 1);
    await trio.pass(2_000);
    for (const voter of trio.voters) {
      await expect(range(voter, 2)).rejects.toThrow(RevisionUnavailableError);
      expect((await range(voter, 61))?.items).toHaveLength(5);
    }
  });
});
