import { describe, expect, it } from "vitest";
import type { Member, VoterId } from "../../replication/ports.ts";
import { whyNotRemovable } from "./quorum-after.ts";

const member = (node: string, role: Member["role"] = "voter"): Member => ({
  id: `${node}.00000001` as VoterId,
  node,
  address: "10.99.0.1:8883",
  role,
});

/** `b1 b2 b3`, with `-` before those who are silent and `+` before learners. */
function ask(fleet: string, leaving: string): string | undefined {
  const words = fleet.split(" ");
  const members = words.map((word) => member(word.replace(/[-+]/, ""), word.startsWith("+") ? "learner" : "voter"));
  const heard = new Set(words.filter((word) => !word.startsWith("-")).map((word) => `${word}.00000001`));
  return whyNotRemovable(members, `${leaving}.00000001` as VoterId, (id) => heard.has(id));
}

describe("whether a voter may be taken out", () => {
  it.each([
    ["b1 b2 b3", "b3"],
    ["b1 b2 -b3", "b3"],
    ["b1 -b2", "b2"],
    ["b1 b2 -b3 b4 b5", "b5"],
    ["b1 +b2", "b2"],
  ])("of %s, %s may go", (fleet, leaving) => {
    expect(ask(fleet, leaving)).toBeUndefined();
  });

  it.each([
    ["b1", "b1", /only voter/],
    ["b1 +b2", "b1", /only voter/],
    ["b1 -b2 b3", "b3", /lose its majority, as b2 cannot be reached/],
    ["b1 b2 -b3 -b4 b5", "b5", /as b3, b4 cannot be reached/],
  ])("of %s, %s must stay", (fleet, leaving, why) => {
    expect(ask(fleet, leaving)).toMatch(why);
  });
});
