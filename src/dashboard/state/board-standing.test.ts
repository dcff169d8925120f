import { describe, expect, it } from "vitest";
import { metricsWords, statusWords } from "../testing/telemetry-words.ts";
import { isCurrent, lastWordAtMs, type Moment, standingOf } from "./board-standing.ts";
import type { BoardState } from "./fleet-state.ts";

const minute = 60_000;
const connected: Moment = { nowMs: 10 * minute, connectedSinceMs: 0 };
const board = (rest: Partial<BoardState> = {}): BoardState => ({
  node: "pi-1",
  availability: "online",
  status: statusWords(),
  metrics: metricsWords(),
  lastWordMs: 10 * minute - 5_000,
  rhythmMs: 10_000,
  history: [],
  ...rest,
});

describe("a board stands", () => {
  it.each<[string, BoardState, Moment]>([
    ["ready", board(), connected],
    ["not ready", board({ status: statusWords({ ready: false, reason: "the engine does not answer" }) }), connected],
    ["offline", board({ availability: "offline" }), connected],
    ["offline", board({ status: statusWords({ state: "offline" }) }), connected],
    ["unknown", { node: "pi-1", history: [] }, connected],
    ["silent", board({ lastWordMs: 8 * minute }), connected],
    // Three of its measurements have not come, which is less than the bound for boards that speak often.
    ["ready", board({ lastWordMs: 10 * minute - 95_000, rhythmMs: 2_000 }), connected],
    // It has never measured anything.
    ["ready", { node: "pi-1", availability: "online", status: statusWords(), history: [] }, connected],
    // A metered board speaks every five minutes.
    ["ready", board({ lastWordMs: minute, rhythmMs: 5 * minute }), connected],
    // Nobody could have told this page.
    ["ready", board({ lastWordMs: minute }), { nowMs: 10 * minute }],
    ["ready", board({ lastWordMs: minute }), { nowMs: 10 * minute, connectedSinceMs: 10 * minute - 1_000 }],
  ])("%s", (standing, state, moment) => {
    expect(standingOf(state, moment)).toBe(standing);
  });
});

describe("figures", () => {
  it("are current only of boards that speak, to a page that listens", () => {
    expect(isCurrent(board(), connected)).toBe(true);
    expect(isCurrent(board(), { nowMs: 10 * minute })).toBe(false);
    expect(isCurrent(board({ availability: "offline" }), connected)).toBe(false);
    expect(isCurrent(board({ lastWordMs: 0 }), connected)).toBe(false);
  });

  it("that the broker had kept are as old as the board says", () => {
    const { lastWordMs: _, ...kept } = board();
    expect(lastWordAtMs(kept)).toBe(Date.parse("2026-01-01T00:00:00Z"));
    expect(lastWordAtMs(board())).toBe(10 * minute - 5_000);
    expect(lastWordAtMs({ node: "pi-1", history: [] })).toBeUndefined();
  });
});
