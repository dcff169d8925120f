import { describe, expect, it } from "vitest";
import { type NamedVersion, watchViolations } from "./watch-guarantees.ts";

const at = (revision: number, value = `v${revision}`): NamedVersion => ({ name: "x", value, revision });
const told = [at(3), at(5), at(6)];

describe("a watch", () => {
  it("that tells everything in order keeps its promise, whatever was told before and after it", () => {
    expect(watchViolations({ after: 3, events: [at(4), at(5)], upTo: 5 }, told)).toEqual([]);
  });

  it.each([
    ["a gap", [at(4), at(6)], "x=v5 at 5 was owed, nothing came"],
    ["an event that comes twice", [at(5), at(5), at(6)], "x at 5 came after 5"],
    ["events in the wrong order", [at(6), at(5)], "x at 5 came after 6"],
    ["an event of the past", [at(2), at(5), at(6)], "x at 2 came after 3"],
    ["a value that others were told otherwise", [at(5, "other"), at(6)], "x=v5 at 5 was owed, x=other at 5 came"],
  ])("is caught at %s", (_, events, violation) => {
    expect(watchViolations({ after: 3, events, upTo: 6 }, told)).toEqual([violation]);
  });

  it("that fell silent owes nothing beyond the last thing it said", () => {
    expect(watchViolations({ after: 3, events: [], upTo: 3 }, told)).toEqual([]);
    expect(watchViolations({ after: 3, events: [], upTo: 5 }, told)).toEqual(["x=v5 at 5 was owed, nothing came"]);
  });
});
