/** Any object that a schema takes, as its parser gives it: for properties that hold for every kind. */
import fc from "fast-check";
import type { z } from "zod";
import { fieldsOf, isOptionalField, type Unwrapped, unwrap } from "../meta/schema-walk.ts";

const times = ["2026-01-02T03:04:05Z", "1999-12-31T23:59:59Z"];
const microTimes = ["2026-01-02T03:04:05.000006Z", "1999-12-31T23:59:59.999999Z"];
const quantities = ["0", "1", "500m", "64Mi", "2G", "1500"];
const plain = fc.string({ minLength: 1, maxLength: 6, unit: "grapheme-ascii" });
const keys = fc.oneof(plain, fc.constantFrom("__proto__", "constructor", "toString"));

export function objectOf<T>(schema: z.ZodType<T>): fc.Arbitrary<T> {
  return inputOf(schema, 0)
    .map((input) => schema.safeParse(input))
    .filter(({ success }) => success)
    .map(({ data }) => data as T);
}

function inputOf(schema: z.core.$ZodType, depth: number): fc.Arbitrary<unknown> {
  const unwrapped = unwrap(schema);
  return knownFormOf(unwrapped) ?? shapeOf(unwrapped, depth);
}

function knownFormOf({ meta }: Unwrapped): fc.Arbitrary<unknown> | undefined {
  if (meta.definition?.endsWith(".MicroTime")) return fc.constantFrom(...microTimes);
  if (meta.definition?.endsWith(".Quantity")) return fc.constantFrom(...quantities);
  switch (meta.openapi?.["format"]) {
    case "date-time":
      return fc.constantFrom(...times);
    case "byte":
      return fc.base64String({ maxLength: 16 });
    case "int64":
      return fc.maxSafeInteger();
    default:
      return undefined;
  }
}

function shapeOf(unwrapped: Unwrapped, depth: number): fc.Arbitrary<unknown> {
  const { def, meta } = unwrapped;
  if (meta.values !== undefined) {
    return fc.array(fc.tuple(keys, inputOf(meta.values, depth + 1)), { maxLength: 2 }).map(Object.fromEntries);
  }
  const fields = fieldsOf(unwrapped);
  if (fields !== undefined) return fieldsInput(fields, depth);
  switch (def.type) {
    case "array":
      return fc.array(inputOf(def.element, depth + 1), { minLength: depth > 6 ? 0 : 1, maxLength: 2 });
    case "union":
      return fc.oneof(...def.options.map((option) => inputOf(option, depth)));
    case "enum":
      return fc.constantFrom(...Object.values(def.entries));
    case "literal":
      return fc.constantFrom(...def.values);
    case "number":
      return fc.integer();
    case "boolean":
      return fc.boolean();
    case "string":
      return plain;
    default:
      return fc.jsonValue({ maxDepth: 1 }).filter((value) => value !== null);
  }
}

/** The deeper, the fewer of the fields that may be left out: objects stay of a size that can be read. */
function fieldsInput(fields: Readonly<Record<string, z.core.$ZodType>>, depth: number): fc.Arbitrary<unknown> {
  const entries = Object.entries(fields).map(([name, field]) => {
    const present = fc
      .constant(null)
      .chain(() => inputOf(field, depth + 1))
      .map((value) => [[name, value]] as const);
    if (!isOptionalField(field)) return present;
    return fc.oneof({ weight: 1 + depth, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: present });
  });
  return fc.tuple(...entries).map((found) => Object.fromEntries(found.flat()));
}
