/** What of a value does not fit its JSON Schema, in the words that Kubernetes uses for custom kinds. */
import { RE2JS } from "re2js";
import { sameJson } from "../../lib/same-json.ts";
import { isPlainObject } from "../meta/schema.ts";
import { parseTime } from "../meta/time.ts";
import {
  type Cause,
  duplicate,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from "../validation/cause.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** As many as are told. */
const causesMax = 100;

export function validateValue(schema: StructuralSchema, value: unknown, path: string): Cause[] {
  const type = typeCause(schema, value, path);
  if (type !== undefined) return [type];
  const causes = [...valueCauses(schema, value, path), ...membersCauses(schema, value, path)];
  return [...causes, ...combinationCauses(schema, value, path)].slice(0, causesMax);
}

function said(path: string, what: string): string {
  return `${path} in body ${what}`;
}

function typeCause(schema: StructuralSchema, value: unknown, path: string): Cause | undefined {
  const isEither = schema["x-kubernetes-int-or-string"] === true;
  const { type } = schema;
  const actual = typeOf(value);
  const fits = isEither
    ? actual === "integer" || actual === "string"
    : type === undefined || type === actual || (type === "number" && actual === "integer");
  if (fits) return undefined;
  const wanted = isEither ? "integer,string" : type;
  return typeInvalid(path, actual, said(path, `must be of type ${wanted}: "${actual}"`));
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function valueCauses(schema: StructuralSchema, value: unknown, path: string): Cause[] {
  const causes: Cause[] = [];
  if (schema.enum !== undefined && !schema.enum.some((allowed) => sameJson(allowed, value)))
    causes.push(notSupported(path, value, schema.enum));
  if (typeof value === "number") causes.push(...numberCauses(schema, value, path));
  if (typeof value === "string") causes.push(...textCauses(schema, value, path));
  return causes;
}

function numberCauses(schema: StructuralSchema, value: number, path: string): Cause[] {
  const { minimum, maximum, exclusiveMinimum = false, exclusiveMaximum = false, multipleOf } = schema;
  const causes: Cause[] = [];
  const refuse = (what: string) => causes.push(invalid(path, value, said(path, what)));
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    refuse(`should be greater than ${exclusiveMinimum ? "" : "or equal to "}${minimum}`);
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    refuse(`should be less than ${exclusiveMaximum ? "" : "or equal to "}${maximum}`);
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf))
    refuse(`should be a multiple of ${multipleOf}`);
  return causes;
}

function textCauses(schema: StructuralSchema, value: string, path: string): Cause[] {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = schema;
  const causes: Cause[] = [];
  const length = minLength === 0 && value.length <= maxLength ? 0 : Array.from(value).length;
  if (length < minLength) causes.push(invalid(path, value, said(path, `should be at least ${minLength} chars long`)));
  if (length > maxLength) causes.push(tooLong(path, maxLength));
  if (pattern !== undefined && !matches(pattern, value))
    causes.push(invalid(path, value, said(path, `should match '${pattern}'`)));
  if (format === "date-time" && parseTime(value) === undefined)
    causes.push(invalid(path, value, said(path, `must be of type date-time: ${JSON.stringify(value)}`)));
  return causes;
}

const compiled = new Map<string, RE2JS>();
const compiledMax = 1000;

/** Patterns come from strangers: RE2 takes time in proportion to the text, whatever the pattern. */
function matches(pattern: string, value: string): boolean {
  let known = compiled.get(pattern);
  if (known === undefined) {
    if (compiled.size >= compiledMax) compiled.clear();
    known = RE2JS.compile(pattern);
    compiled.set(pattern, known);
  }
  return known.matcher(value).find();
}

/** Whether a pattern is one in RE2's words. */
export function isPattern(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

function membersCauses(schema: StructuralSchema, value: unknown, path: string): Cause[] {
  if (Array.isArray(value)) return elementsCauses(schema, value, path);
  if (!isPlainObject(value)) return [];
  const { properties = {}, additionalProperties, minProperties = 0, maxProperties } = schema;
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const causes = (schema.required ?? [])
    .filter((name) => !Object.hasOwn(value, name))
    .map((name) => required(at(name)));
  const names = Object.keys(value);
  if (names.length < minProperties)
    causes.push(invalid(path, value, said(path, `should have at least ${minProperties} properties`)));
  if (maxProperties !== undefined && names.length > maxProperties)
    causes.push(tooMany(path, names.length, maxProperties));
  const others = typeof additionalProperties === "object" ? additionalProperties : undefined;
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : others;
    if (known !== undefined && member !== undefined) causes.push(...validateValue(known, member, at(name)));
  }
  return causes;
}

function elementsCauses(schema: StructuralSchema, value: readonly unknown[], path: string): Cause[] {
  const { items, minItems = 0, maxItems, uniqueItems = false } = schema;
  const causes: Cause[] = [];
  if (value.length < minItems)
    causes.push(invalid(path, value.length, said(path, `should have at least ${minItems} items`)));
  if (maxItems !== undefined && value.length > maxItems) causes.push(tooMany(path, value.length, maxItems));
  if (uniqueItems && new Set(value.map((element) => JSON.stringify(element))).size < value.length)
    causes.push(invalid(path, value, said(path, "shouldn't contain duplicates")));
  causes.push(...repeatedElements(schema, value, path));
  if (items !== undefined)
    for (const [index, element] of value.entries()) causes.push(...validateValue(items, element, `${path}[${index}]`));
  return causes;
}

/** Elements of a set, or of a list that is a map by keys, that are there twice. */
function repeatedElements(schema: StructuralSchema, value: readonly unknown[], path: string): Cause[] {
  const listType = schema["x-kubernetes-list-type"];
  if (listType !== "set" && listType !== "map") return [];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const identity = (element: unknown) =>
    listType === "map" && isPlainObject(element)
      ? Object.fromEntries(keys.filter((key) => Object.hasOwn(element, key)).map((key) => [key, element[key]]))
      : element;
  const seen = new Set<string>();
  return value.flatMap((element, index) => {
    const own = identity(element);
    const text = JSON.stringify(own);
    if (seen.has(text)) return [duplicate(`${path}[${index}]`, own)];
    seen.add(text);
    return [];
  });
}

function combinationCauses(schema: StructuralSchema, value: unknown, path: string): Cause[] {
  const { allOf = [], anyOf = [], oneOf = [], not } = schema;
  const fits = (other: StructuralSchema) => validateValue(other, value, path).length === 0;
  const causes = allOf.flatMap((other) => validateValue(other, value, path));
  const refuse = (what: string) => causes.push(invalid(path, value, `"${path}" must ${what}`));
  if (anyOf.length > 0 && !anyOf.some(fits)) refuse("validate at least one schema (anyOf)");
  if (oneOf.length > 0) {
    const count = oneOf.filter(fits).length;
    const found = count === 0 ? "none valid" : `${count} valid alternatives`;
    if (count !== 1) refuse(`validate one and only one schema (oneOf). Found ${found}`);
  }
  if (not !== undefined && fits(not)) refuse("not validate the schema (not)");
  return causes;
}
