/** How server-side apply divides values into fields, read from a kind's schema. */
import { z } from "zod";
import { elementSchema, fieldSchema, type Unwrapped, unwrap } from "../meta/schema-walk.ts";

export type FieldType =
  /** One value as a whole. */
  | { readonly type: "atomic" }
  /** An object with fields that its kind names. */
  | { readonly type: "struct"; field(name: string): FieldType }
  | { readonly type: "map"; readonly values: FieldType }
  /** A list whose elements are told apart by these fields. */
  | { readonly type: "list"; readonly keys: readonly KeyField[]; readonly element: FieldType }
  /** A list of values that occur once. */
  | { readonly type: "set" }
  /** The schema does not say: objects are maps, everything else is one value. */
  | { readonly type: "unknown" };

export interface KeyField {
  readonly name: string;
  /** Its value where an element leaves it out. */
  readonly initial: unknown;
}

const atomic: FieldType = { type: "atomic" };
const unknownType: FieldType = { type: "unknown" };
const types = new WeakMap<object, FieldType>();

/** The type that a kind's schema gives its objects; computed once. */
export function fieldTypeOf(schema: z.core.$ZodType): FieldType {
  return typeOf(unwrap(schema));
}

function typeOf(schema: Unwrapped | undefined): FieldType {
  if (schema === undefined) return unknownType;
  const known = types.get(schema.def);
  if (known !== undefined) return known;
  const made = makeType(schema);
  types.set(schema.def, made);
  return made;
}

function makeType(schema: Unwrapped): FieldType {
  const { def, meta } = schema;
  if (meta.mapType === "atomic") return atomic;
  if (meta.values !== undefined) return { type: "map", values: typeOf(unwrap(meta.values)) };
  switch (def.type) {
    case "object":
      return structType(schema);
    case "array":
      return listType(schema);
    case "any":
    case "unknown":
    case "custom":
    case "lazy":
    case "record":
      return unknownType;
    default:
      return atomic;
  }
}

function structType(schema: Unwrapped): FieldType {
  const fields = new Map<string, FieldType>();
  const field = (name: string) => {
    const known = fields.get(name);
    if (known !== undefined) return known;
    const made = typeOf(fieldSchema(schema, name));
    fields.set(name, made);
    return made;
  };
  return { type: "struct", field };
}

function listType(schema: Unwrapped): FieldType {
  const { listType: kind = "atomic", listMapKeys = [] } = schema.meta;
  if (kind === "atomic") return atomic;
  if (kind === "set") return { type: "set" };
  const element = elementSchema(schema);
  const keys = listMapKeys.map((name) => ({ name, initial: initialOf(element, name) }));
  return { type: "list", keys, element: typeOf(element) };
}

function initialOf(element: Unwrapped | undefined, name: string): unknown {
  const shape = element?.def.type === "object" ? element.def.shape : undefined;
  const field = shape !== undefined && Object.hasOwn(shape, name) ? shape[name] : undefined;
  return field === undefined ? undefined : defaultOf(field);
}

function defaultOf(schema: z.core.$ZodType): unknown {
  return schema instanceof z.core.$ZodDefault ? schema._zod.def.defaultValue : undefined;
}
