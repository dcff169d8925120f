import { describe, expect, it } from "vitest";
import { homeOrder } from "./home-order.ts";

const voters = ["10.99.0.1:8883", "10.99.0.2:8883", "10.99.0.3:8883"];
const nodes = Array.from({ length: 300 }, (_, index) => `board-${index}`);

describe("homeOrder", () => {
  it("puts a voter's own broker first", () => {
    for (const own of voters) expect(homeOrder("b1", voters, own)[0]).toBe(own);
  });

  it("spreads boards over the voters, whatever order they are named in", () => {
    const boardsByHome = Map.groupBy(nodes, (node) => homeOrder(node, voters)[0]);
    for (const boards of boardsByHome.values()) expect(boards.length).toBeGreaterThan(70);
    for (const node of nodes) expect(homeOrder(node, voters.toReversed())).toEqual(homeOrder(node, voters));
  });

  it("moves only the boards of a voter that goes", () => {
    const [gone, ...rest] = voters;
    for (const node of nodes) {
      const before = homeOrder(node, voters);
      expect(homeOrder(node, rest)).toEqual(before.filter((voter) => voter !== gone));
    }
  });
});
