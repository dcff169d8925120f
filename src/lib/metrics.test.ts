import { describe, expect, it } from "vitest";
import { MetricRegistry } from "./metrics.ts";

describe("MetricRegistry", () => {
  it("tells every family as it is when it is asked", () => {
    const registry = new MetricRegistry();
    const writes = registry.counter("writes_total", "Writes.", { kind: "log" });
    let lag = 3;
    registry.gauge("lag", "Lag.", () => lag);
    writes.add();
    writes.add(2);
    lag = 5;
    expect(registry.families).toEqual([
      {
        name: "writes_total",
        help: "Writes.",
        type: "counter",
        samples: [{ suffix: "", labels: { kind: "log" }, value: 3 }],
      },
      { name: "lag", help: "Lag.", type: "gauge", samples: [{ suffix: "", labels: {}, value: 5 }] },
    ]);
  });

  it("counts into every bucket that holds the value, and what is above them all", () => {
    const histogram = new MetricRegistry().histogram("seconds", "Seconds.", [0.1, 1]);
    for (const value of [0.1, 0.5, 7]) histogram.observe(value);
    expect([histogram.cumulative, histogram.sum]).toEqual([[1, 2, 3], 7.6]);
  });

  it("lets a series that is registered again take the place of the former one", () => {
    const registry = new MetricRegistry();
    for (const value of [1, 2]) registry.gauge("term", "Term.", () => value);
    expect(registry.families[0]?.samples).toEqual([{ suffix: "", labels: {}, value: 2 }]);
  });
});
