import { describe, expect, it } from "vitest";
import { parseTelemetryTopic, type TelemetryTopic, telemetryTopic } from "./topics.ts";

describe("a telemetry topic", () => {
  it.each<[TelemetryTopic, string]>([
    [{ about: "fleet" }, "fleet"],
    [{ about: "node", node: "pi-1", what: "status" }, "nodes/pi-1/status"],
    [{ about: "pod", namespace: "default", name: "hello-x" }, "namespaces/default/pods/hello-x"],
    [
      { about: "workload", namespace: "default", resource: "daemonsets", name: "hello" },
      "namespaces/default/workloads/daemonsets/hello",
    ],
    [{ about: "claim", namespace: "default", name: "data" }, "namespaces/default/claims/data"],
    [{ about: "event", namespace: "default" }, "namespaces/default/events"],
    [{ about: "attention", id: "node.pi-1.under-voltage" }, "attention/node.pi-1.under-voltage"],
  ])("of %o is %s, and is read back", (topic, path) => {
    const text = telemetryTopic("home", topic);
    expect(text).toBe(`bramble/home/telemetry/v1/${path}`);
    expect(parseTelemetryTopic("home", text)).toEqual(topic);
  });

  it.each([
    "bramble/other/telemetry/v1/fleet",
    "bramble/home/telemetry/v2/fleet",
    "bramble/home/telemetry/v1",
    "bramble/home/telemetry/v1/fleet/more",
    "bramble/home/telemetry/v1/nodes/pi-1",
    "bramble/home/telemetry/v1/nodes/pi-1/password",
    "bramble/home/telemetry/v1/nodes//status",
    "bramble/home/telemetry/v1/namespaces/default/pods",
    "bramble/home/telemetry/v1/namespaces/default/pods/a/b",
    "bramble/home/telemetry/v1/namespaces/default/workloads/daemonsets",
    "bramble/home/telemetry/v1/namespaces/default/events/more",
    "bramble/home/telemetry/v1/namespaces/default/secrets/a",
  ])("is none in %s", (text) => {
    expect(parseTelemetryTopic("home", text)).toBeUndefined();
  });
});
