import { describe, expect, it } from "vitest";
import { rightsToHear } from "./topic-rights.ts";

const root = "bramble/home/telemetry/v1";
const shown = (filter: string) =>
  rightsToHear("home", filter)?.map(({ group, resource, namespace }) =>
    [group === "" ? resource : `${resource}.${group}`, namespace].filter((part) => part !== "").join(" in "),
  );

describe("the rights that a filter takes", () => {
  it.each([
    ["fleet", ["nodes"]],
    ["nodes/#", ["nodes"]],
    ["nodes/pi-1/availability", ["nodes"]],
    ["nodes/+/metrics", ["nodes"]],
    ["attention/#", ["nodes"]],
    ["namespaces/shop/pods/+", ["pods in shop"]],
    ["namespaces/+/pods/+", ["pods"]],
    ["namespaces/shop/pods/web-0", ["pods in shop"]],
    ["namespaces/shop/workloads/daemonsets/+", ["daemonsets.apps in shop"]],
    [
      "namespaces/shop/workloads/+/+",
      ["daemonsets.apps in shop", "deployments.apps in shop", "statefulsets.apps in shop", "jobs.batch in shop"],
    ],
    ["namespaces/shop/claims/#", ["persistentvolumeclaims in shop"]],
    ["namespaces/shop/events", ["events in shop"]],
    ["namespaces/shop/+/+", ["pods in shop", "persistentvolumeclaims in shop"]],
    ["+", ["nodes"]],
  ])("of %s are those to list %j", (filter, rights) => {
    expect(shown(`${root}/${filter}`)).toEqual(rights);
  });

  it("of everything are those of every family", () => {
    const all = ["nodes", "nodes", "nodes", "pods", "daemonsets.apps", "deployments.apps", "statefulsets.apps"];
    expect(shown(`${root}/#`)).toEqual([...all, "jobs.batch", "persistentvolumeclaims", "events"]);
    expect(shown(`${root}/namespaces/#`)).toEqual([...all.slice(3), "jobs.batch", "persistentvolumeclaims", "events"]);
  });

  it("of Home Assistant's discovery are those of boards", () => {
    expect(shown("homeassistant/#")).toEqual(["nodes"]);
  });

  it.each([
    "",
    "#",
    "+/#",
    "+/home/telemetry/v1/fleet",
    "bramble/#",
    "bramble/+/telemetry/v1/fleet",
    "bramble/other/telemetry/v1/fleet",
    "bramble/home/telemetry/v2/#",
    "bramble/home/v1/raft/#",
    "bramble/home/v1/node/pi-1/down/#",
    "$share/all/bramble/home/telemetry/v1/fleet",
    "$SYS/#",
    `${root}/fleet/more`,
    `${root}/nodes`,
    `${root}/namespaces/shop/secrets/+`,
    `${root}/namespaces/shop/workloads/replicasets/+`,
    `${root}/nodes/#/metrics`,
    `${root}/nodes/pi+/metrics`,
    `${root}/__proto__`,
    `${root}/constructor/+/+`,
  ])("are nobody's to have where the filter is %j", (filter) => {
    expect(rightsToHear("home", filter)).toBeUndefined();
  });
});
