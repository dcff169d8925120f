import { describe, expect, it } from "vitest";
import { boardState, defaultTiming, knownBoards, newView, type PresenceView, withVoter } from "./plan.ts";

type Step = readonly [atMs: number, voter: string, ...boards: string[]];

function viewAfter(steps: readonly Step[]): PresenceView {
  return steps.reduce((view, [atMs, voter, ...boards]) => withVoter(view, voter, new Set(boards), atMs), newView(0));
}

/** Voter v1 says every two seconds what it has, until `untilMs`. */
function beats(voter: string, fromMs: number, untilMs: number, ...boards: string[]): Step[] {
  const steps: Step[] = [];
  for (let atMs = fromMs; atMs <= untilMs; atMs += defaultTiming.beatMs) steps.push([atMs, voter, ...boards]);
  return steps;
}

describe("boardState", () => {
  const v1 = "b1.00000001";
  const v2 = "b2.00000002";
  it.each<{ story: string; steps: Step[]; board: string; atMs: number; state: string }>([
    {
      story: "a board never heard of is not lost while the leader listens",
      steps: [],
      board: "x",
      atMs: 9_999,
      state: "missing",
    },
    { story: "… and is lost afterwards", steps: [], board: "x", atMs: 10_000, state: "lost" },
    { story: "a claimed board is there", steps: beats(v1, 0, 20_000, "x"), board: "x", atMs: 24_000, state: "present" },
    {
      story: "a board that left may be moving",
      steps: [...beats(v1, 0, 20_000, "x"), [21_000, v1]],
      board: "x",
      atMs: 22_900,
      state: "missing",
    },
    {
      story: "… and is lost when it shows up nowhere",
      steps: [...beats(v1, 0, 20_000, "x"), [21_000, v1]],
      board: "x",
      atMs: 23_000,
      state: "lost",
    },
    {
      story: "… or present where it went, although the old voter's word comes late",
      steps: [...beats(v1, 0, 20_000, "x"), [21_000, v2, "x"], [21_500, v1]],
      board: "x",
      atMs: 24_000,
      state: "present",
    },
    {
      story: "the boards of a dead voter have time to notice and move",
      steps: [...beats(v1, 0, 20_000, "x", "b1"), ...beats(v2, 0, 32_000)],
      board: "x",
      atMs: 32_900,
      state: "missing",
    },
    {
      story: "… but its own board is lost with it",
      steps: [...beats(v1, 0, 20_000, "x", "b1"), ...beats(v2, 0, 26_000)],
      board: "b1",
      atMs: 27_000,
      state: "lost",
    },
    {
      story: "… and is at home when another voter has taken it",
      steps: [...beats(v1, 0, 20_000, "x"), ...beats(v2, 30_000, 60_000, "x")],
      board: "x",
      atMs: 61_000,
      state: "present",
    },
  ])("$story", ({ steps, board, atMs, state }) => {
    expect(boardState(viewAfter(steps), board, atMs).state).toBe(state);
  });

  it("names the moment at which silence changes the state", () => {
    const view = viewAfter([[20_000, v1, "x"]]);
    expect(boardState(view, "x", 20_000)).toEqual({ state: "present", untilMs: 25_000 });
    expect(boardState(view, "x", 25_000)).toEqual({ state: "missing", untilMs: 33_000 });
    expect(boardState(view, "x", 33_000)).toEqual({ state: "lost" });
  });

  it("remembers boards that left", () => {
    expect(
      [
        ...knownBoards(
          viewAfter([
            [0, v1, "x", "y"],
            [1, v1, "y"],
          ]),
        ),
      ].sort(),
    ).toEqual(["x", "y"]);
  });
});
