import { describe, expect, it } from "vitest";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { podObject, TestSliceStore } from "../testing/test-board.ts";
import { TestVoter } from "../testing/test-voter.ts";
import { AgentSession } from "./agent-session.ts";
import { SliceHolder } from "./slice-holder.ts";

function startSession(store = new TestSliceStore()) {
  const voter = new TestVoter();
  const clock = new VirtualClock();
  const slice = new SliceHolder(store);
  let changes = 0;
  const session = new AgentSession({
    link: voter,
    slice,
    version: "v1",
    clock,
    random: seededRandom(7),
    log: silentLogger,
    onSlice: () => {
      changes += 1;
    },
  });
  return { voter, clock, slice, session, store, changes: () => changes };
}

const status = (name: string, phase: string) =>
  ({ type: "podStatus", namespace: "default", name, uid: `uid-${name}`, status: { phase } }) as const;

describe("AgentSession", () => {
  it("takes the whole slice once, then changes, and is only told that nothing changed when it comes back", async () => {
    const { voter, slice, store } = startSession();
    voter.put(podObject("a"));
    voter.connect();
    await eventually("the slice came", () => slice.objects.has("Pod default/a"));
    voter.put(podObject("b"));
    voter.remove("Pod default/a");
    await eventually("the changes came", () => [...slice.objects.keys()].join() === "Pod default/b");
    voter.disconnect();
    voter.connect();
    await eventually("the voter answered", () => voter.sent.length === 4);
    expect(voter.sent).toEqual(["whole", "change", "change", "current"]);
    expect(store.writes).toBe(3);
  });

  it("asks again from the start when a message is missing", async () => {
    const { voter, slice, clock } = startSession();
    voter.put(podObject("a"));
    voter.connect();
    await eventually("the slice came", () => slice.known);
    voter.skipOne();
    voter.put(podObject("b"));
    await eventually("the whole came again", () => {
      clock.advance(1);
      return voter.sent.filter((type) => type === "whole").length === 2;
    });
    await eventually("both are there", () => slice.objects.size === 2);
  });

  it("repeats what was not acknowledged after a reconnection, in its newest words and numbered anew", async () => {
    const { voter, session, slice } = startSession();
    voter.acknowledges = false;
    voter.connect();
    await eventually("the session stands", () => slice.known);
    session.report(status("a", "Pending"));
    await eventually("it is sent", () => voter.items.length === 1);
    session.report(status("a", "Running"));
    session.report(status("b", "Running"));
    voter.disconnect();
    voter.acknowledges = true;
    voter.items.length = 0;
    voter.connect();
    await eventually("all is acknowledged", () => session.unsaid === 0);
    expect(voter.items).toEqual([status("a", "Running"), status("b", "Running")]);
    expect(voter.sequences).toEqual([0, 0]);
  });

  it("begins anew where an answer stays away", async () => {
    const { voter, session, slice, clock } = startSession();
    voter.connect();
    await eventually("the session stands", () => slice.known);
    voter.acknowledges = false;
    session.report(status("a", "Running"));
    await eventually("it is sent", () => voter.items.length === 1);
    voter.acknowledges = true;
    await eventually("all is acknowledged", () => {
      clock.advance(1_000);
      return session.unsaid === 0;
    });
    expect(voter.items).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it("drops the status of a pod that is gone, and the oldest events of too many", async () => {
    const { voter, session, slice } = startSession();
    session.report(status("a", "Running"));
    session.report({ type: "podGone", namespace: "default", name: "a", uid: "uid-a" });
    for (let n = 0; n < 600; n += 1) session.report({ type: "event", event: { metadata: { name: `e${n}` } } });
    voter.connect();
    await eventually("all is said", () => slice.known && session.unsaid === 0);
    expect(voter.items.map(({ type }) => type)).not.toContain("podStatus");
    expect(voter.items).toHaveLength(501);
    expect(voter.items.at(-1)).toEqual({ type: "event", event: { metadata: { name: "e599" } } });
  });
});
