import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Call, checkLinearizable, type SequentialModel } from "./check-linearizable.ts";
import { type RegisterOp, type RegisterState, versionedRegister } from "./versioned-register.ts";

const model = versionedRegister({ value: "a", revision: 1 });
const read = (value: string, revision: number): RegisterOp => ({ type: "read", outcome: { value, revision } });
const write = (value: string, revision?: number): RegisterOp => ({ type: "write", value, ...outcome(revision) });
const swap = (expected: number, value: string, revision?: number): RegisterOp => ({
  type: "swap",
  expected,
  value,
  ...outcome(revision),
});
const conflict = (expected: number): RegisterOp => ({
  type: "swap",
  expected,
  value: "never",
  outcome: { kind: "conflict" },
});
const outcome = (revision: number | undefined) =>
  revision === undefined ? {} : { outcome: { kind: "written", revision } as const };

/** `lost` marks a call that nobody heard of again. */
const call = (op: RegisterOp, begunAt: number, endedAt: number | "lost"): Call<RegisterOp> => ({
  op,
  begunAt,
  endedAt: endedAt === "lost" ? undefined : endedAt,
});
const verdictOn = (...calls: readonly Call<RegisterOp>[]) => checkLinearizable(model, calls).kind;

describe("the checker accepts", () => {
  it.each([
    ["nothing", []],
    ["calls one after the other", [call(write("b", 2), 1, 2), call(read("b", 2), 3, 4), call(swap(2, "c", 3), 5, 6)]],
    ["a read beside a write that sees it", [call(write("b", 2), 1, 4), call(read("b", 2), 2, 3)]],
    ["a read beside a write that does not see it yet", [call(write("b", 2), 1, 4), call(read("a", 1), 2, 3)]],
    ["two swaps of which one loses", [call(swap(1, "b", 2), 1, 4), call(conflict(1), 2, 3)]],
    ["a lost write that never happened", [call(write("b"), 1, "lost"), call(read("a", 1), 2, 3)]],
    [
      "a lost write that happened long after",
      [call(write("b"), 1, "lost"), call(read("a", 1), 2, 3), call(read("b", 7), 8, 9)],
    ],
    ["a conflict with a lost write that nobody saw", [call(write("b"), 1, "lost"), call(conflict(1), 2, 3)]],
    [
      "lost writes in another order than they began",
      [call(write("b"), 1, "lost"), call(write("c"), 2, "lost"), call(read("c", 2), 3, 4), call(read("b", 3), 5, 6)],
    ],
  ])("%s", (_, calls) => {
    expect(verdictOn(...calls)).toBe("linearizable");
  });
});

describe("the checker objects to", () => {
  it.each([
    ["a stale read", [call(write("b", 2), 1, 2), call(read("a", 1), 3, 4)]],
    [
      "two reads beside a write that see it come and go",
      [call(write("b", 2), 1, 8), call(read("b", 2), 2, 3), call(read("a", 1), 4, 5)],
    ],
    [
      "a lost update: an acknowledged write that a later one did not see",
      [call(swap(1, "b", 2), 1, 2), call(swap(1, "c", 3), 3, 4)],
    ],
    ["two swaps that both won", [call(swap(1, "b", 2), 1, 4), call(swap(1, "c", 3), 2, 3)]],
    [
      "a swap that took effect twice",
      [call(swap(1, "b", 2), 1, 2), call(write("c", 3), 3, 4), call(read("b", 4), 5, 6)],
    ],
    ["a conflict with nobody", [call(conflict(1), 1, 2)]],
    ["a value that nobody wrote", [call(write("b", 2), 1, 2), call(read("c", 3), 3, 4)]],
    ["an acknowledged write that is gone", [call(write("b", 2), 1, 2), call(read("a", 2), 3, 4)]],
    ["a revision that falls", [call(write("b", 5), 1, 2), call(write("c", 4), 3, 4)]],
    ["a write that happens before it begins", [call(read("b", 2), 1, 2), call(write("b"), 3, "lost")]],
    [
      "a lost write that comes twice",
      [call(write("b"), 1, "lost"), call(read("b", 2), 2, 3), call(write("c", 3), 4, 5), call(read("b", 4), 6, 7)],
    ],
  ])("%s", (_, calls) => {
    expect(verdictOn(...calls)).toBe("violated");
  });

  it("says which call no order explains, and what could be seen before it", () => {
    const stale = call(read("a", 1), 3, 4);
    const verdict = checkLinearizable(model, [call(write("b", 2), 1, 2), stale]);
    expect(verdict).toEqual({
      kind: "violated",
      call: stale,
      states: [{ value: "b", revision: 2, isExact: true }],
    });
  });
});

const value = fc.constantFrom("a", "b", "c");
const revision = fc.integer({ min: 1, max: 4 });
const maybeRevision = fc.option(revision, { nil: undefined });
const anyOp: fc.Arbitrary<RegisterOp> = fc.oneof(
  fc.tuple(value, revision).map(([seen, at]) => read(seen, at)),
  fc.tuple(value, maybeRevision).map(([written, at]) => write(written, at)),
  fc.tuple(revision, value, maybeRevision).map(([expected, written, at]) => swap(expected, written, at)),
  revision.map(conflict),
);

/** Up to six calls that begin and end in any order. */
const anyCalls = fc
  .array(fc.record({ op: anyOp, from: fc.double({ noNaN: true }), to: fc.double({ noNaN: true }) }), { maxLength: 6 })
  .map((drawn) => {
    const moments = drawn.flatMap(({ from, to }, index) => [
      { index, at: Math.min(from, to) },
      { index, at: Math.max(from, to) },
    ]);
    const order = moments.sort((a, b) => a.at - b.at || a.index - b.index).map(({ index }) => index);
    return drawn.map(({ op }, index) => {
      const isLost = op.type !== "read" && op.outcome === undefined;
      return call(op, order.indexOf(index), isLost ? "lost" : order.lastIndexOf(index));
    });
  });

/** Tries every order: right by looking at it, and far too slow. */
function hasOrder<State, Op>(model: SequentialModel<State, Op>, state: State, left: readonly Call<Op>[]): boolean {
  if (left.every(({ endedAt }) => endedAt === undefined)) return true;
  return left.some((next) => {
    const others = left.filter((other) => other !== next);
    if (others.some(({ endedAt = Number.POSITIVE_INFINITY }) => endedAt < next.begunAt)) return false;
    const after = model.apply(state, next.op);
    return after !== undefined && hasOrder(model, after, others);
  });
}

describe("on any small history", () => {
  it("the checker says what trying every order says", () => {
    const counts = { linearizable: 0, violated: 0, undecided: 0 };
    fc.assert(
      fc.property(anyCalls, (calls) => {
        const { kind } = checkLinearizable(model, calls);
        counts[kind] += 1;
        expect(kind).toBe(
          hasOrder<RegisterState, RegisterOp>(model, model.initial, calls) ? "linearizable" : "violated",
        );
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(counts.linearizable, counts.violated)).toBeGreaterThan(100);
  });
});
