import { describe, expect, it } from "vitest";
import { cells } from "../../testing/kind-under-test.ts";
import { nodeMetricsResource } from "./node-metrics.ts";
import { podMetricsResource } from "./pod-metrics.ts";

const window = "15s";

describe("metrics", () => {
  it("show what a board uses", () => {
    const body = { metadata: { name: "b1" }, window, usage: { cpu: "250m", memory: "1Gi" } };
    expect(cells(nodeMetricsResource, body, 0)).toEqual({ Name: "b1", cpu: "250m", memory: "1Gi", Window: window });
  });

  it("add up what a pod's containers use", () => {
    const containers = [
      { name: "a", usage: { cpu: "100m", memory: "64Mi" } },
      { name: "b", usage: { cpu: "1", memory: "64Mi" } },
    ];
    const body = { metadata: { name: "web", namespace: "default" }, window, containers };
    expect(cells(podMetricsResource, body, 0)).toMatchObject({ cpu: "1100m", memory: "128Mi" });
    expect(cells(podMetricsResource, { ...body, containers: [] }, 0)).toMatchObject({ cpu: "0", memory: "0" });
  });

  it("are read and never written", () => {
    expect([nodeMetricsResource, podMetricsResource].map(({ verbs }) => verbs)).toEqual([
      ["get", "list"],
      ["get", "list"],
    ]);
  });
});
