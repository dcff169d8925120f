/**
 * Turns a message into what the same object is in JSON, for any kind: its zod schema says which fields there are and
 * what they hold, Kubernetes' field numbers where they are found.
 */
import type { z } from "zod";
import { fieldsOf, type Unwrapped, unwrap } from "../meta/schema-walk.ts";
import { fieldNumbers } from "./field-numbers.ts";
import { readBase64, readNumber, readRawJson, readText, type ValueReader, wellKnownReaders } from "./value-readers.ts";
import { bytesOf, MalformedProtobufError, type WireField, wireFields } from "./wire-reader.ts";

/** Objects take far more memory than the bytes they come from; no honest body has as many fields. */
const fieldsMax = 100_000;
/** Some schemas contain themselves: they are as deep as a body says. */
const depthMax = 100;

/** What one body has cost so far. */
interface Reading {
  fields: number;
  depth: number;
}

type Reader = (field: WireField, reading: Reading) => unknown;
/** Fields by name; a map is a `Map` until the message is complete. */
type Found = Map<string, unknown>;
type Take = (found: Found, field: WireField, reading: Reading) => void;
type Plan = ReadonlyMap<number, Take>;

const plans = new WeakMap<object, Plan>();

/** Whether Kubernetes has a message for what `schema` defines. */
export function hasMessage(schema: z.core.$ZodType): boolean {
  return Object.hasOwn(fieldNumbers, unwrap(schema).meta.definition ?? "");
}

/** Fields that the schema does not know are left out. Throws `MalformedProtobufError`. */
export function decodeMessage(schema: z.core.$ZodType, message: Uint8Array): Record<string, unknown> {
  return readMessage(unwrap(schema), message, { fields: 0, depth: 0 });
}

function readMessage(schema: Unwrapped, message: Uint8Array, reading: Reading): Record<string, unknown> {
  const found: Found = new Map();
  takeFields(planOf(schema), found, message, reading);
  // `fromEntries` makes `__proto__` a field like any other.
  return Object.fromEntries(
    Array.from(found, ([name, value]) => [name, value instanceof Map ? Object.fromEntries(value) : value]),
  );
}

function takeFields(plan: Plan, found: Found, message: Uint8Array, reading: Reading): void {
  reading.depth += 1;
  if (reading.depth > depthMax) throw new MalformedProtobufError("it is nested too deeply");
  for (const field of wireFields(message)) {
    reading.fields += 1;
    if (reading.fields > fieldsMax) throw new MalformedProtobufError(`it has more than ${fieldsMax} fields`);
    plan.get(field.number)?.(found, field, reading);
  }
  reading.depth -= 1;
}

function planOf(schema: Unwrapped): Plan {
  const known = plans.get(schema.def);
  if (known !== undefined) return known;
  const plan = new Map(takesOf(schema, schema.meta.definition ?? ""));
  plans.set(schema.def, plan);
  return plan;
}

/** How the fields of `definition`, which is the schema's own or one that it shows as its own, enter an object. */
function takesOf(schema: Unwrapped, definition: string): [number, Take][] {
  const fields = fieldsOf(schema) ?? {};
  const numbers = Object.hasOwn(fieldNumbers, definition) ? (fieldNumbers[definition] ?? "") : "";
  return Array.from(numbers.matchAll(/(\+?)([^ =]+)=(\d+)(\??)/gu)).flatMap(([, plus, name = "", number, zero]) => {
    if (plus === "+") {
      const inner = new Map(takesOf(schema, definition.replace(/\w+$/u, name)));
      const take: Take = (found, field, reading) => takeFields(inner, found, bytesOf(field), reading);
      return [[Number(number), take]];
    }
    const member = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return member === undefined ? [] : [[Number(number), takeOf(name, unwrap(member), zero === "?")]];
  });
}

function takeOf(name: string, schema: Unwrapped, isOmittedAtZero: boolean): Take {
  const { def, meta } = schema;
  if (meta.values !== undefined && !isRaw(schema)) return takeEntry(name, readerOf(unwrap(meta.values)));
  if (def.type === "array") return takeElement(name, readerOf(unwrap(def.element)));
  const read = readerOf(schema);
  return (found, field, reading) => {
    const value = read(field, reading);
    const isZero = value === undefined || (isOmittedAtZero && (value === "" || value === 0 || value === false));
    if (!isZero) found.set(name, value);
  };
}

function takeElement(name: string, read: Reader): Take {
  return (found, field, reading) => {
    const list = found.get(name);
    const element = read(field, reading);
    if (Array.isArray(list)) list.push(element);
    else found.set(name, [element]);
  };
}

/** An entry is a message of its own, `{ key = 1, value = 2 }`; what is absent in it is empty. */
function takeEntry(name: string, read: Reader): Take {
  return (found, field, reading) => {
    let key = "";
    let value: WireField = { number: 2, type: "bytes", bytes: new Uint8Array() };
    for (const part of wireFields(bytesOf(field))) {
      if (part.number === 1) key = readText(part);
      else if (part.number === 2) value = part;
    }
    const map = found.get(name);
    if (map instanceof Map) map.set(key, read(value, reading));
    else found.set(name, new Map([[key, read(value, reading)]]));
  };
}

function readerOf(schema: Unwrapped): Reader {
  const { def, meta } = schema;
  const wellKnown: ValueReader | undefined = wellKnownReaders.get(meta.definition ?? "");
  if (wellKnown !== undefined) return wellKnown;
  if (isRaw(schema)) return readRawJson;
  if (meta.openapi?.["format"] === "byte") return readBase64;
  if (def.type === "object") return (field, reading) => readMessage(schema, bytesOf(field), reading);
  if (def.type === "array") return itemsReader(unwrap(def.element));
  if (def.type === "boolean") return (field) => readNumber(field) !== 0;
  return def.type === "number" ? readNumber : readText;
}

/** A list within a list or a map is a message of its own, `{ items = 1 }`. */
function itemsReader(element: Unwrapped): Reader {
  const plan: Plan = new Map([[1, takeElement("items", readerOf(element))]]);
  return (field, reading) => {
    const found: Found = new Map();
    takeFields(plan, found, bytesOf(field), reading);
    return found.get("items") ?? [];
  };
}

/** Whatever JSON there is: Kubernetes sends it as text within a message. */
function isRaw({ def, meta }: Unwrapped): boolean {
  return def.type === "unknown" || (meta.values !== undefined && isRaw(unwrap(meta.values)));
}
