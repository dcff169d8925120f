import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { findCondition } from "../../api/meta/condition.ts";
import { makeNode, makePod, readyConditions } from "../../client/testing/objects.ts";
import { type BoardState, planNodeLifecycle } from "./plan.ts";

const now = "2026-01-02T00:00:00Z";

interface World {
  readonly node: Node;
  readonly pods: readonly Pod[];
}

/** The world after what the plan says was written. */
function apply(
  { node, pods }: World,
  state: BoardState,
): { readonly world: World; readonly writes: number; readonly event: string | undefined } {
  const plan = planNodeLifecycle(node, pods, state, now);
  const changed = new Map(plan.pods.map(({ pod, conditions }) => [pod, conditions]));
  const world = {
    node: {
      ...node,
      spec: { ...node.spec, taints: [...(plan.taints ?? node.spec.taints ?? [])] },
      status: { ...node.status, conditions: [...(plan.conditions ?? node.status.conditions ?? [])] },
    },
    pods: pods.map((pod) => ({
      ...pod,
      status: { ...pod.status, conditions: [...(changed.get(pod) ?? pod.status.conditions ?? [])] },
    })),
  };
  const writes = Number(plan.taints !== undefined) + Number(plan.conditions !== undefined) + plan.pods.length;
  return { world, writes, event: plan.event?.reason };
}

function show({ node, pods }: World): string {
  const ready = findCondition(node.status.conditions, "Ready")?.status ?? "-";
  const taints = (node.spec.taints ?? []).map(({ key, effect }) => `${key.split("/").at(-1)}:${effect}`);
  const podReady = pods.map((pod) => findCondition(pod.status.conditions, "Ready")?.status ?? "-");
  return [ready, ...taints, ...podReady].join(" ");
}

const runningPod = () => makePod("p", { status: { phase: "Running", conditions: [...readyConditions] } });
const start = (status: string): World => ({
  node: makeNode("b1", { status: { conditions: status === "-" ? [] : [{ type: "Ready", status }] } }),
  pods: [runningPod()],
});

describe("planNodeLifecycle", () => {
  const lost = "unreachable:NoSchedule unreachable:NoExecute";
  it.each<{ story: string; from: string; states: BoardState[]; expected: string }>([
    { story: "a board that is there", from: "True", states: ["present"], expected: "True True" },
    { story: "a board that may be moving", from: "True", states: ["missing"], expected: "True True" },
    { story: "a board that is lost", from: "True", states: ["lost"], expected: `Unknown ${lost} False` },
    { story: "a board that comes back", from: "True", states: ["lost", "missing", "present"], expected: "True True" },
    {
      story: "a board that says it is not ready",
      from: "False",
      states: ["present"],
      expected: "False not-ready:NoSchedule not-ready:NoExecute True",
    },
    { story: "one that is lost in that state", from: "False", states: ["lost"], expected: `Unknown ${lost} False` },
    {
      story: "… and comes back in it",
      from: "False",
      states: ["lost", "present"],
      expected: "False not-ready:NoSchedule not-ready:NoExecute True",
    },
    { story: "a board that has yet to report", from: "-", states: ["present"], expected: "- True" },
    { story: "one that never did", from: "-", states: ["lost"], expected: `Unknown ${lost} False` },
  ])("$story", ({ from, states, expected }) => {
    expect(show(states.reduce((world, state) => apply(world, state).world, start(from)))).toBe(expected);
  });

  it("leaves pods unready that their containers do not say are ready", () => {
    const pod = makePod("p", {
      status: {
        conditions: [
          { type: "ContainersReady", status: "False" },
          { type: "Ready", status: "False" },
        ],
      },
    });
    const world = apply(apply({ node: makeNode("b1"), pods: [pod] }, "lost").world, "present").world;
    expect(show(world)).toBe("True False");
  });

  it("tells people once", () => {
    const first = apply(start("True"), "lost");
    expect([first.event, apply(first.world, "lost").event, apply(first.world, "present").event]).toEqual([
      "NodeNotReady",
      undefined,
      "NodeReady",
    ]);
  });

  it("keeps the taints that people set", () => {
    const node = makeNode("b1", { spec: { taints: [{ key: "spare", effect: "NoSchedule" }] } });
    expect(show(apply(apply({ node, pods: [] }, "lost").world, "present").world)).toBe("True spare:NoSchedule");
  });

  it("writes transitions only: a second look never finds anything to do", () => {
    const states = fc.array(fc.constantFrom<BoardState>("present", "missing", "lost"), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom("True", "False", "-"), states, (from, sequence) => {
        let world = start(from);
        for (const state of sequence) {
          world = apply(world, state).world;
          expect(apply(world, state).writes).toBe(0);
        }
      }),
      { numRuns: 100 },
    );
  });
});
