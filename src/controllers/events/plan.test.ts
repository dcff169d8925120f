import { describe, expect, it } from "vitest";
import { eventResource } from "../../api/kinds/event.ts";
import { planEvents } from "./plan.ts";

const nowMs = Date.parse("2026-01-02T12:00:00Z");
const limits = { countMax: 3, slack: 2, ageMsMax: 3_600_000 };

function eventsAgedMinutes(...minutes: number[]) {
  return minutes.map((age) =>
    eventResource.schema.parse({
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `e${age}`, namespace: "default" },
      involvedObject: {},
      lastTimestamp: new Date(nowMs - age * 60_000).toISOString(),
    }),
  );
}

describe("planEvents", () => {
  it.each([
    { story: "few and young", ages: [1, 2, 3], gone: [] },
    { story: "within the slack", ages: [1, 2, 3, 4, 5], gone: [] },
    { story: "too many: the oldest down to the limit", ages: [6, 1, 5, 2, 4, 3], gone: ["e4", "e5", "e6"] },
    { story: "too old", ages: [1, 61, 90], gone: ["e61", "e90"] },
  ])("$story", ({ ages, gone }) => {
    expect(planEvents(eventsAgedMinutes(...ages), nowMs, limits).map(({ metadata }) => metadata.name)).toEqual(gone);
  });
});
