import { describe, expect, it } from "vitest";
import type { NodeCondition } from "../kinds/node-status.ts";
import { findCondition, isConditionTrue, withCondition } from "./condition.ts";

describe("conditions", () => {
  const ready: NodeCondition = { type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" };
  const now = "2026-01-02T00:00:00Z";

  it("keep their time of transition while their status stays", () => {
    const next = withCondition([ready], { type: "Ready", status: "True", reason: "Again" }, now);
    expect(next).toEqual([{ ...ready, reason: "Again" }]);
  });

  it("change in their place, with the time of the change", () => {
    const hot: NodeCondition = { type: "Hot", status: "False" };
    const next = withCondition([ready, hot], { type: "Ready", status: "Unknown" }, now);
    expect(next).toEqual([{ type: "Ready", status: "Unknown", lastTransitionTime: now }, hot]);
    expect(isConditionTrue(next, "Ready")).toBe(false);
    expect(findCondition(withCondition(undefined, hot, now), "Hot")?.lastTransitionTime).toBe(now);
  });
});
