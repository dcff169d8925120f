import { describe, expect, it } from "vitest";
import type { ReportItem } from "../../api/board-link.ts";
import { podSchema } from "../../api/kinds/pod.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { podObject } from "../testing/test-board.ts";
import { EventRecorder } from "./event-recorder.ts";

describe("EventRecorder", () => {
  const pod = podSchema.parse(podObject("web"));
  const make = () => {
    const clock = new VirtualClock(1_767_225_600_000);
    const items: ReportItem[] = [];
    return { clock, items, recorder: new EventRecorder("b1", clock, (item) => items.push(item)) };
  };

  it("counts repetitions in one event, reported at the 1st, 2nd, 4th, 8th", () => {
    const { clock, items, recorder } = make();
    for (let n = 0; n < 10; n += 1) {
      recorder.record(pod, "Warning", "BackOff", "restarting", "main");
      clock.advance(1_000);
    }
    const events = items.map((item) => (item.type === "event" ? item.event : {}));
    expect(events.map((event) => event["count"])).toEqual([1, 2, 4, 8]);
    expect(new Set(events.map((event) => JSON.stringify(event["metadata"]))).size).toBe(1);
    expect(events.at(-1)).toMatchObject({
      involvedObject: { name: "web", uid: "uid-web", fieldPath: "spec.containers{main}" },
      firstTimestamp: "2026-01-01T00:00:00Z",
      lastTimestamp: "2026-01-01T00:00:07Z",
      source: { component: "bramble-agent", host: "b1" },
    });
  });

  it("lets no pod talk without end", () => {
    const { clock, items, recorder } = make();
    for (let n = 0; n < 100; n += 1) recorder.record(pod, "Normal", "Pulled", `image ${n}`);
    expect(items).toHaveLength(25);
    clock.advance(120_000);
    for (let n = 0; n < 100; n += 1) recorder.record(pod, "Normal", "Pulled", `later ${n}`);
    expect(items).toHaveLength(27);
  });
});
