import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeNode } from "../../client/testing/objects.ts";
import type { Prefix } from "../../lib/ipv4.ts";
import { planNodeIpam } from "./plan.ts";

/** 10.42.0.0/16 */
const fleet: Prefix = { base: 0x0a_2a_00_00, bits: 16 };

const node = (name: string, index?: number) =>
  makeNode(name, { ...(index !== undefined && { spec: { podCIDR: `10.42.${index}.0/24` } }) });

describe("planNodeIpam", () => {
  it.each([
    {
      story: "the first boards",
      nodes: [node("b2"), node("b1")],
      assigned: { b1: "10.42.0.0/24", b2: "10.42.1.0/24" },
    },
    {
      story: "behind the highest, not into the gap of a board just deleted",
      nodes: [node("b1", 0), node("b3", 2), node("b4")],
      assigned: { b4: "10.42.3.0/24" },
    },
    {
      story: "into a gap once the end is reached",
      nodes: [node("b1", 0), node("b2", 255), node("b3")],
      assigned: { b3: "10.42.1.0/24" },
    },
    { story: "nothing for boards that have one", nodes: [node("b1", 7)], assigned: {} },
  ])("$story", ({ nodes, assigned }) => {
    const plan = planNodeIpam(fleet, nodes);
    expect(Object.fromEntries(plan.assign.map((one) => [one.node.metadata.name, one.podCIDR]))).toEqual(assigned);
  });

  it("stays within a smaller range of the fleet's", () => {
    const small: Prefix = { base: 0x0a_64_00_00, bits: 23 };
    const plan = planNodeIpam(small, [node("b1"), node("b2"), node("b3")]);
    expect(plan.assign.map(({ podCIDR }) => podCIDR)).toEqual(["10.100.0.0/24", "10.100.1.0/24"]);
    expect(plan.exhausted).toEqual(["b3"]);
  });

  it("gives no range twice, leaves none unused, and has nothing left to do", () => {
    const boards = fc.tuple(
      fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { maxLength: 200 }),
      fc.integer({ min: 0, max: 100 }),
    );
    fc.assert(
      fc.property(boards, ([used, newcomers]) => {
        const old = used.map((index) => node(`old${index}`, index));
        const fresh = Array.from({ length: newcomers }, (_, index) => node(`new${index}`));
        const plan = planNodeIpam(fleet, [...old, ...fresh]);
        expect(plan.exhausted).toHaveLength(Math.max(0, used.length + newcomers - 256));
        const after = [
          ...old,
          ...plan.assign.map((one) => makeNode(one.node.metadata.name, { spec: { podCIDR: one.podCIDR } })),
        ];
        expect(new Set(after.map((one) => one.spec.podCIDR)).size).toBe(after.length);
        expect(planNodeIpam(fleet, after).assign).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
