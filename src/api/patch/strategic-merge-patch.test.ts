import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configMapSchema } from "../kinds/config-map.ts";
import { daemonSetSchema } from "../kinds/daemon-set.ts";
import { nodeSchema } from "../kinds/node.ts";
import { podSchema } from "../kinds/pod.ts";
import { applyMergePatch } from "./merge-patch.ts";
import { applyStrategicMergePatch } from "./strategic-merge-patch.ts";

const spec = (containers: unknown[], rest: object = {}) => ({ spec: { containers, ...rest } });

describe("applyStrategicMergePatch on a pod", () => {
  const cases: [string, object, object, object][] = [
    [
      "merges containers by name, as `kubectl set image` asks",
      spec([
        { name: "a", image: "one" },
        { name: "b", image: "two" },
      ]),
      spec([{ name: "b", image: "three" }], { "$setElementOrder/containers": [{ name: "a" }, { name: "b" }] }),
      spec([
        { name: "a", image: "one" },
        { name: "b", image: "three" },
      ]),
    ],
    [
      "adds an element in the place that the order gives it",
      spec([{ name: "a" }, { name: "c" }]),
      spec([{ name: "b" }], { "$setElementOrder/containers": [{ name: "a" }, { name: "b" }, { name: "c" }] }),
      spec([{ name: "a" }, { name: "b" }, { name: "c" }]),
    ],
    [
      "keeps an element that another writer added, though the order does not know it",
      spec([{ name: "sidecar" }, { name: "a" }, { name: "b" }]),
      spec([{ name: "a", image: "new" }], { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] }),
      spec([{ name: "sidecar" }, { name: "b" }, { name: "a", image: "new" }]),
    ],
    [
      "reorders without any change",
      spec([{ name: "a" }, { name: "b" }]),
      { spec: { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] } },
      spec([{ name: "b" }, { name: "a" }]),
    ],
    [
      "deletes an element",
      spec([{ name: "a" }, { name: "b" }]),
      spec([{ name: "a", $patch: "delete" }], { "$setElementOrder/containers": [{ name: "b" }] }),
      spec([{ name: "b" }]),
    ],
    [
      "replaces a list as a whole",
      spec([{ name: "a", image: "one" }]),
      spec([{ name: "b" }, { $patch: "replace" }]),
      spec([{ name: "b" }]),
    ],
    [
      "merges environment and ports within containers",
      spec([{ name: "a", env: [{ name: "X", value: "1" }], ports: [{ containerPort: 80 }] }]),
      spec([{ name: "a", env: [{ name: "Y", value: "2" }], ports: [{ containerPort: 80, name: "web" }] }]),
      spec([
        {
          name: "a",
          env: [
            { name: "X", value: "1" },
            { name: "Y", value: "2" },
          ],
          ports: [{ containerPort: 80, name: "web" }],
        },
      ]),
    ],
    [
      "gives a volume another source, dropping the one it had",
      { spec: { volumes: [{ name: "v", emptyDir: {} }] } },
      { spec: { volumes: [{ name: "v", $retainKeys: ["name", "hostPath"], hostPath: { path: "/x" } }] } },
      { spec: { volumes: [{ name: "v", hostPath: { path: "/x" } }] } },
    ],
    [
      "replaces lists without a merge key",
      { spec: { tolerations: [{ key: "a" }] } },
      { spec: { tolerations: [{ key: "b" }] } },
      { spec: { tolerations: [{ key: "b" }] } },
    ],
    [
      "adds to and deletes from a list of plain values",
      { metadata: { finalizers: ["a", "b"] } },
      { metadata: { finalizers: ["c"], "$deleteFromPrimitiveList/finalizers": ["a"] } },
      { metadata: { finalizers: ["b", "c"] } },
    ],
    [
      "deletes what is null, in maps too",
      { metadata: { labels: { a: "1", b: "2" } }, spec: { nodeName: "n" } },
      { metadata: { labels: { a: null } }, spec: { nodeName: null } },
      { metadata: { labels: { b: "2" } }, spec: {} },
    ],
    [
      "replaces an object as a whole",
      { metadata: { labels: { a: "1" } } },
      { metadata: { labels: { $patch: "replace", b: "2" } } },
      { metadata: { labels: { b: "2" } } },
    ],
  ];
  it.each(cases)("%s", (_, target, patch, expected) => {
    const before = JSON.stringify(target);
    const patched = applyStrategicMergePatch({ ...target }, patch, podSchema);
    expect(JSON.stringify(patched)).toBe(JSON.stringify(expected));
    expect(JSON.stringify(target)).toBe(before);
  });

  it.each([
    spec([{ image: "no name" }]),
    spec(["a"]),
    { spec: { $patch: "explode" } },
    { spec: { "$setElementOrder/containers": 1 } },
    { $retainKeys: "a" },
    [],
  ])("refuses %j", (patch) => {
    expect(() => applyStrategicMergePatch(spec([{ name: "a" }]), patch, podSchema)).toThrow(
      expect.objectContaining({ reason: "BadRequest" }),
    );
  });
});

describe("applyStrategicMergePatch", () => {
  it("reaches containers through a template", () => {
    const set = { spec: { template: spec([{ name: "a", image: "1" }, { name: "b" }]) } };
    const patch = {
      spec: { template: { metadata: { annotations: { at: "now" } }, ...spec([{ name: "a", image: "2" }]) } },
    };
    expect(applyStrategicMergePatch(set, patch, daemonSetSchema)).toEqual({
      spec: {
        template: { ...spec([{ name: "a", image: "2" }, { name: "b" }]), metadata: { annotations: { at: "now" } } },
      },
    });
  });

  it("replaces taints and merges conditions, as `kubectl taint` and boards expect", () => {
    const node = { spec: { taints: [{ key: "a" }] }, status: { conditions: [{ type: "Ready", status: "True" }] } };
    const patch = {
      spec: { taints: [{ key: "b" }] },
      status: {
        conditions: [
          { type: "Ready", status: "False" },
          { type: "Hot", status: "True" },
        ],
      },
    };
    expect(applyStrategicMergePatch(node, patch, nodeSchema)).toEqual(patch);
  });

  it("is a merge patch where there are no lists and no directives", () => {
    const maps = fc.dictionary(fc.string({ maxLength: 3 }), fc.option(fc.string({ maxLength: 2 })), { maxKeys: 4 });
    fc.assert(
      fc.property(maps, maps, (target, data) => {
        fc.pre(!Object.keys(data).some((key) => key.startsWith("$")));
        const object = { data: target };
        expect(applyStrategicMergePatch(object, { data }, configMapSchema)).toEqual(applyMergePatch(object, { data }));
      }),
    );
  });
});

describe("a strategic merge patch of many elements", () => {
  it("takes no longer than they are many", () => {
    const name = (index: number) => ({ name: `c${index}` });
    const elements = Array.from({ length: 20_000 }, (_, index) => name(index));
    const texts = elements.map((element) => element.name);
    const patch = {
      metadata: { finalizers: texts.map((text) => `${text}x`), "$deleteFromPrimitiveList/finalizers": texts },
      ...spec(elements.toReversed(), { "$setElementOrder/containers": elements.toReversed() }),
    };
    const startedMs = performance.now();
    const patched = applyStrategicMergePatch({ metadata: { finalizers: texts }, ...spec(elements) }, patch, podSchema);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(patched["metadata"]).toEqual({ finalizers: texts.map((text) => `${text}x`) });
    expect(patched["spec"]).toEqual({ containers: elements.toReversed() });
  });

  it("reads what is inherited from nowhere", () => {
    const patch = JSON.parse('{"metadata":{"labels":{"__proto__":"1","constructor":"2"}}}');
    const patched = applyStrategicMergePatch({ metadata: {} }, patch, podSchema);
    expect(JSON.stringify(patched)).toBe('{"metadata":{"labels":{"__proto__":"1","constructor":"2"}}}');
  });
});
