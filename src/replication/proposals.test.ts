import { describe, expect, it } from "vitest";
import { revision, type TxnResult } from "../store/types.ts";
import { NoLeaderError, OutcomeUnknownError } from "./ports.ts";
import { Proposals } from "./proposals.ts";

const limits = { callTimeoutTicks: 10, callRepeatTicks: 2, proposalsMax: 2 };
const command = Buffer.from("{}");
const done: TxnResult = { kind: "committed", revision: revision(1) };
const idOf = (counter: number) => ({ origin: "a", incarnation: "i", counter });

function submitted() {
  const proposals = new Proposals("a", "i", limits);
  return { proposals, outcome: proposals.submit(command) };
}

function ticks(proposals: Proposals, count: number): void {
  for (let n = 0; n < count; n += 1) proposals.tick();
}

describe("a proposal", () => {
  it("resolves when its entry is applied, whether or not its acceptance was ever heard of", async () => {
    const { proposals, outcome } = submitted();
    const [sent] = proposals.takeWaiting(3);
    proposals.noteApplied(3, { ...idOf(sent?.counter ?? 0), incarnation: "of an earlier start" }, done);
    proposals.noteApplied(3, idOf(sent?.counter ?? 0), done);
    await expect(outcome).resolves.toEqual(done);
  });

  it("is proposed anew, under a new number, once a later term shows that it is lost", async () => {
    const { proposals, outcome } = submitted();
    const [first] = proposals.takeWaiting(3);
    proposals.noteApplied(4, undefined, done);
    proposals.tick();
    const [second] = proposals.takeWaiting(4);
    expect(second?.counter).not.toBe(first?.counter);
    proposals.noteApplied(4, idOf(second?.counter ?? 0), done);
    await expect(outcome).resolves.toEqual(done);
  });

  it("is proposed anew when the leader says that it never had it, but not when that comes after an acceptance", () => {
    const { proposals } = submitted();
    const [first] = proposals.takeWaiting(3);
    proposals.noteAccepted([first?.counter ?? 0]);
    proposals.noteRefused([first?.counter ?? 0]);
    ticks(proposals, 1);
    expect(proposals.takeWaiting(3)).toHaveLength(0);
  });

  it("is sent again in its own term only", () => {
    const { proposals } = submitted();
    const [sent] = proposals.takeWaiting(3);
    expect(proposals.takeUnanswered(3)).toHaveLength(0);
    ticks(proposals, 2);
    expect(proposals.takeUnanswered(4)).toHaveLength(0);
    expect(proposals.takeUnanswered(3).map(({ counter }) => counter)).toEqual([sent?.counter]);
  });

  it("that was never sent fails as not proposed", async () => {
    const { proposals, outcome } = submitted();
    ticks(proposals, 10);
    await expect(outcome).rejects.toThrow(NoLeaderError);
  });

  it("that was sent fails as unknown: after its time, behind a snapshot, or when the voter stops", async () => {
    const late = submitted();
    late.proposals.takeWaiting(3);
    ticks(late.proposals, 10);
    await expect(late.outcome).rejects.toThrow(OutcomeUnknownError);
    const hidden = submitted();
    hidden.proposals.takeWaiting(3);
    hidden.proposals.noteJump(3);
    await expect(hidden.outcome).rejects.toThrow(OutcomeUnknownError);
    const stopped = submitted();
    stopped.proposals.takeWaiting(3);
    stopped.proposals.close();
    await expect(stopped.outcome).rejects.toThrow(OutcomeUnknownError);
  });

  it("is refused when too many wait, and given up with its signal's reason", async () => {
    const { proposals } = submitted();
    const controller = new AbortController();
    const second = proposals.submit(command, controller.signal);
    await expect(proposals.submit(command)).rejects.toThrow(NoLeaderError);
    controller.abort(new Error("the client left"));
    await expect(second).rejects.toThrow("the client left");
    expect(proposals.waitingCount).toBe(1);
  });
});
