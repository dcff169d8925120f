import { describe, expect, it } from "vitest";
import { isFieldPath, parseJsonPath, valuesAt, withValueAt } from "./json-path.ts";

const object = {
  metadata: { name: "a", annotations: { "example.com/x": "y" } },
  spec: {
    replicas: 3,
    ports: [
      { name: "web", port: 80 },
      { name: "dns", port: 53 },
    ],
    a: {},
  },
  status: {
    conditions: [
      { type: "Ready", status: "True" },
      { type: "Idle", status: "False" },
    ],
  },
};

describe("JSONPath", () => {
  it.each<[string, unknown[]]>([
    [".metadata.name", ["a"]],
    ["{.spec.replicas}", [3]],
    [".metadata.annotations.example\\.com/x", ["y"]],
    [".metadata.annotations['example.com/x']", ["y"]],
    ['.metadata.annotations["example.com/x"]', ["y"]],
    [".spec.ports[0].port", [80]],
    [".spec.ports[-1].port", [53]],
    [".spec.ports[*].name", ["web", "dns"]],
    ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
    [".status.conditions[?(@.type == 'Idle')].status", ["False"]],
    [".spec.ports[?(@.port==53)].name", ["dns"]],
    [".spec.nothing.deeper", []],
    [".spec.constructor", []],
    [".spec.ports[7]", []],
    [".spec.replicas.x", []],
  ])("%s", (path, values) => {
    expect(valuesAt(parseJsonPath(path) ?? [], object)).toEqual(values);
  });

  it.each(["", "spec", ".", ".a..b", ".a[", ".a[x]", ".a[?(@.b>1)]", '.a[?(@.b=="\\x")]', "$.a"])(
    "does not know %j",
    (path) => expect(parseJsonPath(path)).toBeUndefined(),
  );

  it("writes where a path names fields alone, and changes nothing that it is given", () => {
    const path = parseJsonPath(".spec.scale.replicas") ?? [];
    expect(isFieldPath(path)).toBe(true);
    expect(withValueAt(path, object, 5)).toMatchObject({
      metadata: { name: "a" },
      spec: { replicas: 3, scale: { replicas: 5 } },
    });
    expect(object.spec).not.toHaveProperty("scale");
    expect(isFieldPath(parseJsonPath(".spec.ports[0]") ?? [])).toBe(false);
  });
});
