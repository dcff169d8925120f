import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { customResourceDefinitionResource } from "../kinds/apiextensions/custom-resource-definition.ts";
import { configMapResource } from "../kinds/config-map.ts";
import { podResource } from "../kinds/pod.ts";
import { serviceResource } from "../kinds/service.ts";
import { compareFields } from "./compare.ts";
import { fieldSetText } from "./field-set-text.ts";
import { type FieldType, fieldTypeOf } from "./field-type.ts";
import { ownableFields, ownedAtBirth } from "./track-apply.ts";

const bare = { apiVersion: "v1", kind: "X", metadata: {}, spec: {}, status: {} };

/** By way of the set of all that is new in the object. */
function expected(object: object, type: FieldType, hasStatus: boolean): string {
  return fieldSetText(ownableFields(compareFields(bare, object, type).changed, "", hasStatus));
}

const metadata = {
  name: "a",
  namespace: "default",
  uid: "1",
  labels: { app: "a", "a.b/c": "(~)" },
  annotations: {},
  finalizers: ["z.io/x", "a.io/b"],
  ownerReferences: [{ apiVersion: "v1", kind: "X", name: "x", uid: "2" }],
};
const container = {
  name: "main",
  image: "x:1",
  command: ["a", "b"],
  env: [{ name: "B" }, { name: "A", value: "1" }],
  ports: [{ containerPort: 80, protocol: "TCP" }, { containerPort: 53 }],
  resources: {},
  securityContext: { capabilities: { add: ["X"] } },
};
const cases: readonly (readonly [string, object, FieldType])[] = [
  [
    "a pod",
    {
      ...bare,
      metadata,
      spec: { containers: [container], tolerations: [{ key: "x" }], volumes: [] },
      status: { phase: "x" },
    },
    fieldTypeOf(podResource.schema),
  ],
  [
    "a service",
    { ...bare, metadata, spec: { ports: [{ port: 80 }, { port: 80, protocol: "UDP" }], selector: { app: "x" } } },
    fieldTypeOf(serviceResource.schema),
  ],
  [
    "a config map",
    { ...bare, metadata, data: { b: "1", a: "2" }, immutable: false },
    fieldTypeOf(configMapResource.schema),
  ],
  ["nothing at all", bare, fieldTypeOf(configMapResource.schema)],
  ["a spec that is no object", { ...bare, spec: "x" }, { type: "unknown" }],
  [
    "a list whose elements have no keys",
    { ...bare, spec: { versions: [{ served: true }], names: { shortNames: ["b", "a"] } } },
    fieldTypeOf(customResourceDefinitionResource.schema),
  ],
];

describe("the fields of a new object, as text", () => {
  it.each(cases)("are all that it has: %s", (_, object, type) => {
    for (const hasStatus of [true, false])
      expect(ownedAtBirth(object, type, hasStatus)).toBe(expected(object, type, hasStatus));
  });

  it("are all that any object has", () => {
    const parts = fc.record({
      metadata: fc.dictionary(fc.string(), fc.jsonValue()),
      spec: fc.jsonValue(),
      data: fc.jsonValue(),
    });
    fc.assert(
      fc.property(parts, fc.boolean(), (object, hasStatus) => {
        const whole = { ...bare, ...object };
        for (const type of [{ type: "unknown" }, fieldTypeOf(podResource.schema)] as const)
          expect(ownedAtBirth(whole, type, hasStatus)).toBe(expected(whole, type, hasStatus));
      }),
    );
  });
});
