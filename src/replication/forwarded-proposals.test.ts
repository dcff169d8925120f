import { describe, expect, it } from "vitest";
import { ForwardedProposals } from "./forwarded-proposals.ts";

describe("proposals sent to the leader", () => {
  it("are told apart by voter, start and number, within a term", () => {
    const forwarded = new ForwardedProposals();
    forwarded.startTerm(2);
    forwarded.admit("a", "i", 1);
    expect(forwarded.look("a", "i", 1)).toBe("seen");
    expect(forwarded.look("a", "i", 2)).toBe("new");
    expect(forwarded.look("a", "j", 1)).toBe("new");
    expect(forwarded.look("b", "i", 1)).toBe("new");
    forwarded.startTerm(2);
    expect(forwarded.look("a", "i", 1)).toBe("seen");
    forwarded.startTerm(3);
    expect(forwarded.look("a", "i", 1)).toBe("new");
  });

  it("are never taken for new again once they are forgotten", () => {
    const forwarded = new ForwardedProposals();
    forwarded.startTerm(2);
    for (let counter = 1; counter <= 40_000; counter += 1) forwarded.admit("a", "i", counter);
    expect(forwarded.look("a", "i", 1)).toBe("tooOld");
    expect(forwarded.look("a", "i", 39_999)).toBe("seen");
    expect(forwarded.look("a", "i", 40_001)).toBe("new");
  });
});
