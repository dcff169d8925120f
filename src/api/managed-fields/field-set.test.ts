import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../lib/canonical-json.ts";
import {
  difference,
  type FieldSet,
  fieldNode,
  intersection,
  leafNode,
  pathsOf,
  sameFieldSet,
  union,
} from "./field-set.ts";
import { fieldSetText, fieldsV1Json, parseFieldSetText } from "./field-set-text.ts";
import { fromFieldsV1, toFieldsV1 } from "./fields-v1.ts";
import { pathText } from "./path-element.ts";

const element = fc.oneof(
  fc.string({ unit: "binary", maxLength: 4 }).map((name) => `f:${name}`),
  fc.constantFrom("f:.", "f:a", "f:app.kubernetes.io/name", "f:metadata", "f:image", "f:__proto__", "f:k:x", "i:3"),
  fc.jsonValue({ maxDepth: 1 }).map((value) => `v:${canonicalJson(value)}`),
  fc.string({ unit: "binary", maxLength: 3 }).map((name) => `k:${canonicalJson({ name, "(%)": 1 })}`),
);
const fieldSet: fc.Arbitrary<FieldSet> = fc.letrec<{ set: FieldSet }>((tie) => ({
  set: fc
    .array(fc.tuple(element, fc.boolean(), fc.option(tie("set"), { nil: new Map(), depthSize: "small" })), {
      maxLength: 3,
    })
    .map((nodes) => {
      const set = new Map();
      for (const [name, owned, below] of nodes) {
        const node = fieldNode(owned, below);
        if (node !== undefined) set.set(name, node);
      }
      return set;
    }),
})).set;

const textsOf = (set: FieldSet) => [...pathsOf(set)].map((path) => JSON.stringify(path));

describe("a field set", () => {
  it("survives FieldsV1 and its stored text", () => {
    fc.assert(
      fc.property(fieldSet, (set) => {
        const shown = JSON.parse(JSON.stringify(toFieldsV1(set)));
        const read = fromFieldsV1(shown);
        expect(read !== undefined && sameFieldSet(read, set)).toBe(true);
        expect(sameFieldSet(parseFieldSetText(fieldSetText(set)), set)).toBe(true);
        expect(JSON.parse(fieldsV1Json(fieldSetText(set)))).toEqual(shown);
      }),
    );
  });

  it("is joined, subtracted and intersected path by path", () => {
    fc.assert(
      fc.property(fieldSet, fieldSet, (one, other) => {
        const here = new Set(textsOf(one));
        const there = new Set(textsOf(other));
        expect(new Set(textsOf(union(one, other)))).toEqual(here.union(there));
        expect(new Set(textsOf(difference(one, other)))).toEqual(here.difference(there));
        expect(new Set(textsOf(intersection(one, other)))).toEqual(here.intersection(there));
      }),
    );
  });

  it("is stored as short text", () => {
    const fields = {
      "f:metadata": { "f:labels": { ".": {}, "f:example.com/a": {} } },
      "f:spec": { "f:containers": { 'k:{"name":"main"}': { ".": {}, "f:whims": {}, "f:image": {}, "f:env": {} } } },
    };
    const text = fieldSetText(fromFieldsV1(fields) ?? new Map());
    expect(text).toBe("~00(~05(.,example.com/a))~01(~0a(k:{'name':'main'}(.,~0g~0bwhims)))");
  });

  it.each([[{ x: {} }], [{ "f:a": 1 }], [{ "k:nothing": {} }], [[]], [{ "f:a": { "i:x": {} } }]])(
    "is not read from %j",
    (fields) => {
      expect(fromFieldsV1(fields)).toBeUndefined();
    },
  );

  it("is stored in time proportional to its elements", () => {
    const set = new Map(Array.from({ length: 100_000 }, (_, at) => [`f:key${at}`, leafNode]));
    const startedMs = performance.now();
    expect(fieldSetText(set).length).toBe(888_889);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it("is the same however a client writes its elements", () => {
    const written = { 'k:{"b": 1, "a":"x"}': {}, 'v:"a\\u003cb"': {} };
    const set = fromFieldsV1(written) ?? new Map();
    expect(Object.keys(toFieldsV1(set))).toEqual(['k:{"a":"x","b":1}', 'v:"a<b"']);
  });

  it("refuses what is nested to exhaust the stack", () => {
    expect(fromFieldsV1(JSON.parse(`${'{"f:a":'.repeat(5000)}{}${"}".repeat(5000)}`))).toBeUndefined();
  });

  it("names its paths as people read them", () => {
    const path = ["f:spec", "f:ports", 'k:{"containerPort":80,"protocol":"TCP"}', "f:name"];
    expect(pathText(path)).toBe('.spec.ports[containerPort=80,protocol="TCP"].name');
    expect(pathText(["f:metadata", "f:finalizers", 'v:"a"', "i:2"])).toBe('.metadata.finalizers[="a"][2]');
  });
});
