/** What commands show, from objects alone. */
import { describe, expect, it } from "vitest";
import { describeObject } from "./describe-command.ts";
import { rolloutProgress } from "./rollout-commands.ts";
import { ServedKinds } from "./served-kinds.ts";
import { parseTable, tableText } from "./table-text.ts";
import { parseTarget, parseTargets } from "./targets.ts";

const kind = (plural: string, group = "", more = {}) => ({
  group,
  version: "v1",
  kind: plural.slice(0, -1),
  plural,
  singular: plural.slice(0, -1),
  shortNames: [plural.slice(0, 2)],
  categories: [],
  namespaced: true,
  verbs: ["list"],
  ...more,
});
const kinds = new ServedKinds([
  kind("pods", "", { categories: ["all"] }),
  kind("events"),
  kind("daemonsets", "apps", { categories: ["all"], shortNames: ["ds"] }),
  kind("events", "events.k8s.io"),
]);

describe("parseTargets", () => {
  it.each([
    ["pods", ["pods"]],
    ["po web-0 web-1", ["pods web-0", "pods web-1"]],
    ["pod/web-0 ds/app", ["pods web-0", "daemonsets.apps app"]],
    ["pods,ds", ["pods", "daemonsets.apps"]],
    ["all", ["pods", "daemonsets.apps"]],
    ["events.events.k8s.io", ["events.events.k8s.io"]],
    ["daemonsets.v1.apps x", ["daemonsets.apps x"]],
  ])("reads %s", (line, meant) => {
    const shown = parseTargets(kinds, line.split(" ")).map(({ kind: { plural, group }, name }) =>
      [`${plural}${group === "" ? "" : `.${group}`}`, ...(name === undefined ? [] : [name])].join(" "),
    );
    expect(shown).toEqual(meant);
  });

  it.each([
    ["nothings", "no kind"],
    ["pod/", "KIND/NAME"],
    ["pod/a/b", "KIND/NAME"],
    ["pods a pod/b", "either"],
  ])("refuses %s", (line, words) => {
    expect(() => parseTargets(kinds, line.split(" "))).toThrow(words);
  });

  it("wants one object where one is meant", () => {
    expect(() => parseTarget(kinds, ["pods"])).toThrow("name one object");
    expect(() => parseTarget(kinds, ["pod/a", "pod/b"])).toThrow("name one object");
  });
});

describe("tableText", () => {
  const table = parseTable({
    columnDefinitions: [{ name: "Name" }, { name: "Ready" }, { name: "Node", priority: 1 }],
    rows: [
      { cells: ["web-0", true, "b1"], object: { metadata: { namespace: "shop", labels: { app: "web", x: "" } } } },
      { cells: ["web-10", null, null], object: { metadata: {} } },
    ],
  });
  const plain = { wide: false, showNamespace: false, showLabels: false, headers: true, namePrefix: "" };

  it("aligns columns", () => {
    expect(tableText(table, plain)).toBe("NAME     READY\nweb-0    true\nweb-10   <none>\n");
  });

  it("shows as much as is asked for", () => {
    const all = { wide: true, showNamespace: true, showLabels: true, headers: false, namePrefix: "pod/" };
    expect(tableText(table, all)).toBe(
      "shop   pod/web-0    true     b1       app=web,x\n       pod/web-10   <none>   <none>   <none>\n",
    );
  });
});

describe("rolloutProgress", () => {
  const set = (status: object, generation = 2) => ({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "web", generation },
    spec: {},
    status,
  });
  it.each([
    ["not seen yet", { observedGeneration: 1 }, false, "spec update to be observed"],
    [
      "half way",
      { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 1 },
      false,
      "1 out of 3 new pods have been updated",
    ],
    [
      "nearly there",
      { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 },
      false,
      "2 of 3 updated pods are available",
    ],
    [
      "at its end",
      { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 },
      true,
      'daemonset "web" successfully rolled out',
    ],
  ])("tells a rollout that is %s", (_, status, done, words) => {
    const progress = rolloutProgress("daemonset", "web", set(status));
    expect(progress.done).toBe(done);
    expect(progress.line).toContain(words);
  });
});

describe("describeObject", () => {
  it("puts headings over all that is said, and nothing over what is not", () => {
    const text = describeObject({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: "web-0",
        namespace: "shop",
        labels: { app: "web" },
        ownerReferences: [{ kind: "DaemonSet", name: "web", uid: "u" }],
      },
      spec: { nodeName: "b1", containers: [{ name: "c", ports: [{ containerPort: 80 }] }], volumes: [] },
    });
    expect(text.split("\n")).toEqual([
      "Name:           web-0",
      "Namespace:      shop",
      "Kind:           Pod (v1)",
      "Labels:         app=web",
      "Annotations:    <none>",
      "Created:        <unknown>",
      "Controlled By:  DaemonSet/web",
      "Spec:",
      "  Node Name: b1",
      "  Containers:",
      "    - Name: c",
      "      Ports:",
      "        - Container Port: 80",
      "  Volumes: <none>",
      "",
    ]);
  });
});
