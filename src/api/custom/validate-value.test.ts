import { describe, expect, it } from "vitest";
import { parseStructuralSchema } from "./structural-schema.ts";
import { validateStructure } from "./validate-structure.ts";
import { validateValue } from "./validate-value.ts";

function messages(schema: object, value: unknown): string[] {
  const parsed = parseStructuralSchema(schema);
  if (parsed === undefined) throw new Error("no schema");
  return validateValue(parsed, value, "spec.a").map(({ field, message }) => `${field}: ${message}`);
}

const list = (type: string) => ({ type: "array", "x-kubernetes-list-type": type, "x-kubernetes-list-map-keys": ["k"] });

describe("values of custom kinds", () => {
  it.each<[object, unknown, string[]]>([
    [{ type: "integer" }, "x", ['spec.a: Invalid value: "string": spec.a in body must be of type integer: "string"']],
    [{ type: "integer" }, 1.5, ['spec.a: Invalid value: "number": spec.a in body must be of type integer: "number"']],
    [{ type: "number" }, 1, []],
    [
      { type: "integer", minimum: 1 },
      0,
      ["spec.a: Invalid value: 0: spec.a in body should be greater than or equal to 1"],
    ],
    [
      { type: "integer", maximum: 5, exclusiveMaximum: true },
      5,
      ["spec.a: Invalid value: 5: spec.a in body should be less than 5"],
    ],
    [{ type: "number", multipleOf: 2 }, 3, ["spec.a: Invalid value: 3: spec.a in body should be a multiple of 2"]],
    [{ type: "string", enum: ["A", "B"] }, "C", ['spec.a: Unsupported value: "C": supported values: "A", "B"']],
    [{ type: "string", pattern: "^a+$" }, "b", [`spec.a: Invalid value: "b": spec.a in body should match '^a+$'`]],
    [
      { type: "string", minLength: 2 },
      "b",
      ['spec.a: Invalid value: "b": spec.a in body should be at least 2 chars long'],
    ],
    [{ type: "string", maxLength: 2 }, "bbb", ["spec.a: Too long: may not be more than 2 bytes"]],
    [{ type: "string", maxLength: 1 }, "😀", []],
    [{ type: "string", format: "date-time" }, "2026-01-01T00:00:00Z", []],
    [{ type: "object", required: ["b"] }, {}, ["spec.a.b: Required value"]],
    [
      { type: "object", additionalProperties: { type: "string" } },
      { x: 1 },
      ['spec.a.x: Invalid value: "integer": spec.a.x in body must be of type string: "integer"'],
    ],
    [{ type: "array", maxItems: 1 }, [1, 2], ["spec.a: Too many: 2: must have at most 1 items"]],
    [
      { type: "array", items: { type: "string" } },
      ["a", 1],
      ['spec.a[1]: Invalid value: "integer": spec.a[1] in body must be of type string: "integer"'],
    ],
    [list("set"), ["a", "b", "a"], ['spec.a[2]: Duplicate value: "a"']],
    [
      list("map"),
      [
        { k: 1, v: 1 },
        { k: 1, v: 2 },
      ],
      ['spec.a[1]: Duplicate value: {"k":1}'],
    ],
    [{ "x-kubernetes-int-or-string": true }, "80%", []],
    [{ "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] }, 80, []],
    [
      { "x-kubernetes-int-or-string": true },
      true,
      ['spec.a: Invalid value: "boolean": spec.a in body must be of type integer,string: "boolean"'],
    ],
    [
      { type: "object", oneOf: [{ required: ["x"] }, { required: ["y"] }] },
      { x: 1, y: 1 },
      [
        'spec.a: Invalid value: {"x":1,"y":1}: "spec.a" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ],
    ],
    [
      { type: "integer", not: { enum: [3] } },
      3,
      ['spec.a: Invalid value: 3: "spec.a" must not validate the schema (not)'],
    ],
    [
      { type: "integer", allOf: [{ minimum: 2 }] },
      1,
      ["spec.a: Invalid value: 1: spec.a in body should be greater than or equal to 2"],
    ],
  ])("%j takes or refuses %j", (schema, value, expected) => expect(messages(schema, value)).toEqual(expected));

  it("match patterns in linear time, whatever the pattern", () => {
    const bomb = { type: "string", pattern: "^(a+)+$" };
    expect(messages(bomb, `${"a".repeat(20_000)}b`)).toHaveLength(1);
  });

  it("say no more than anybody reads", () => {
    expect(
      messages(
        { type: "array", items: { type: "string" } },
        Array.from({ length: 500 }, () => 1),
      ),
    ).toHaveLength(100);
  });
});

describe("schemas of custom kinds", () => {
  it.each<[object, string[]]>([
    [{ type: "object", properties: { a: { type: "string" } } }, []],
    [{ type: "object", properties: { a: {} } }, ["s.properties[a].type"]],
    [{ type: "object", properties: { a: { "x-kubernetes-preserve-unknown-fields": true } } }, []],
    [{ type: "object", properties: { a: { type: "array" } } }, ["s.properties[a].items"]],
    [{ type: "object", properties: { a: { type: "string", pattern: "(?=x)" } } }, ["s.properties[a].pattern"]],
    [
      {
        type: "object",
        properties: { a: { type: "object", properties: {}, additionalProperties: { type: "string" } } },
      },
      ["s.properties[a].additionalProperties"],
    ],
    [
      { type: "object", anyOf: [{ properties: { a: { items: { pattern: "(?=x)" } } } }] },
      ["s.properties[a].items.pattern"],
    ],
    [{ type: "object", properties: { a: { type: "text" } } }, ["s"]],
    [{ type: "object", properties: [] }, ["s"]],
  ])("%j", (schema, fields) => expect(validateStructure(schema, "s").map(({ field }) => field)).toEqual(fields));
});
