import { describe, expect, it } from "vitest";
import { type AvailabilityView, availabilityOf, type WrittenState, withoutVoter, withWord } from "./plan.ts";

type Step = (view: AvailabilityView) => AvailabilityView;
const says =
  (heardMs: number, voter: string, ...boards: string[]): Step =>
  (view) =>
    withWord(view, voter, { boards: new Set(boards), heardMs });
const ends =
  (voter: string): Step =>
  (view) =>
    withoutVoter(view, voter);
const ready: WrittenState = { ready: "True", seenMs: 0 };
const lostAt = (seenMs: number): WrittenState => ({ ready: "Unknown", seenMs });

describe("a board is", () => {
  it.each<{ story: string; steps: Step[]; written: WrittenState; atMs: number; state: string }>([
    { story: "online where a voter has it", steps: [says(0, "v1", "x")], written: ready, atMs: 1, state: "online" },
    {
      story: "offline as soon as it has left a voter that lives",
      steps: [says(0, "v1", "x"), says(1_000, "v1")],
      written: ready,
      atMs: 1_001,
      state: "offline",
    },
    {
      story: "online again where another voter has it, whoever spoke first",
      steps: [says(0, "v1", "x"), says(900, "v2", "x"), says(1_000, "v1")],
      written: ready,
      atMs: 1_001,
      state: "online",
    },
    {
      story: "online where it moved, although nobody told: the leader has not lost it",
      steps: [says(0, "v1", "x"), says(1_000, "v1")],
      written: ready,
      atMs: 32_000,
      state: "online",
    },
    {
      story: "online while its voter ends and nobody knows more",
      steps: [says(0, "v1", "x"), ends("v1")],
      written: ready,
      atMs: 1_000,
      state: "online",
    },
    {
      story: "offline when the leader lost it with its voter",
      steps: [says(0, "v1", "x")],
      written: lostAt(7_000),
      atMs: 8_000,
      state: "offline",
    },
    {
      story: "online when its voter speaks of it after the leader lost it",
      steps: [says(0, "v1", "x"), says(10_000, "v1", "x")],
      written: lostAt(7_000),
      atMs: 10_001,
      state: "online",
    },
    {
      story: "not held by a voter that has been silent for long",
      steps: [says(0, "v1", "x")],
      written: lostAt(-1),
      atMs: 26_000,
      state: "offline",
    },
    {
      story: "offline where nobody ever heard of it",
      steps: [],
      written: { ready: undefined, seenMs: 0 },
      atMs: 1,
      state: "offline",
    },
    {
      story: "online where a voter has just started and knows the leader's word alone",
      steps: [],
      written: { ready: "False", seenMs: 0 },
      atMs: 1,
      state: "online",
    },
  ])("$story", ({ steps, written, atMs, state }) => {
    const view = steps.reduce<AvailabilityView>((known, step) => step(known), { words: new Map(), leftMs: new Map() });
    expect(availabilityOf(view, "x", written, atMs)).toBe(state);
  });
});
