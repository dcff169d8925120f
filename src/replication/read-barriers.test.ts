import { describe, expect, it } from "vitest";
import { ReadBarriers } from "./read-barriers.ts";

const open = (appliedIndex = 0) =>
  new ReadBarriers("incarnation", { callTimeoutTicks: 100, callRepeatTicks: 5 }, appliedIndex);

/** Which of the readers have been answered. */
function readersOf(reads: ReadBarriers) {
  const answered: string[] = [];
  const wait = (name: string) => void reads.wait().then(() => answered.push(name));
  return { answered, wait };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("readers that wait for the leader", () => {
  it("share one question with all who came before it was asked, and none with those who came later", async () => {
    const reads = open();
    const { answered, wait } = readersOf(reads);
    wait("a");
    wait("b");
    expect(reads.isRoundDue).toBe(true);
    const first = reads.startRound();
    wait("c");
    expect(reads.isRoundDue).toBe(false);
    reads.noteAnswer(first, 0);
    await turn();
    expect(answered).toEqual(["a", "b"]);
    expect(reads.isRoundDue).toBe(true);
    reads.noteAnswer(reads.startRound(), 0);
    await turn();
    expect(answered).toEqual(["a", "b", "c"]);
  });

  it("do not wait for a lost answer to the question of others for longer than a tick", async () => {
    const reads = open();
    const { answered, wait } = readersOf(reads);
    wait("a");
    reads.startRound();
    wait("b");
    reads.tick();
    expect(reads.isRoundDue).toBe(true);
    reads.noteAnswer(reads.startRound(), 0);
    await turn();
    expect(answered).toEqual(["b"]);
  });

  it("read at once where the voter had applied everything before it was started again", async () => {
    const reads = open(7);
    const { answered, wait } = readersOf(reads);
    wait("a");
    reads.noteAnswer(reads.startRound(), 7);
    await turn();
    expect(answered).toEqual(["a"]);
  });

  it("read only once what the leader had committed is applied here", async () => {
    const reads = open();
    const { answered, wait } = readersOf(reads);
    wait("a");
    reads.noteAnswer(reads.startRound(), 7);
    reads.noteApplied(6);
    await turn();
    expect(answered).toEqual([]);
    reads.noteApplied(7);
    await turn();
    expect(answered).toEqual(["a"]);
  });
});
