/** Reads zod schemas as data: what is inside their wrappers, their fields and elements. */
import type { z } from "zod";
import { type ApiMeta, apiMetaOf } from "./schema.ts";

type AnySchema = z.core.$ZodType;

/** A schema without what merely makes it optional, defaulted or transformed. */
export interface Unwrapped {
  readonly def: z.core.$ZodTypes["_zod"]["def"];
  readonly meta: ApiMeta;
}

const unwrapped = new WeakMap<AnySchema, Unwrapped>();

/** Strips wrappers down to the first schema that is annotated or has a shape of its own. */
export function unwrap(schema: AnySchema): Unwrapped {
  const known = unwrapped.get(schema);
  if (known !== undefined) return known;
  const made = withoutWrappers(schema);
  unwrapped.set(schema, made);
  return made;
}

function withoutWrappers(schema: AnySchema): Unwrapped {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const meta = apiMetaOf(schema);
  if (Object.keys(meta).length > 0) return { def, meta };
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
      return unwrap(def.innerType);
    case "pipe":
      return unwrap(def.in);
    default:
      return { def, meta };
  }
}

/** The fields of an object's schema; undefined for any other. */
export function fieldsOf({ def }: Unwrapped): Readonly<Record<string, AnySchema>> | undefined {
  return def.type === "object" ? def.shape : undefined;
}

/** The schema of one field of an object, or of any value of a map. */
export function fieldSchema(schema: Unwrapped | undefined, field: string): Unwrapped | undefined {
  if (schema === undefined) return undefined;
  if (schema.meta.values !== undefined) return unwrap(schema.meta.values);
  const fields = fieldsOf(schema);
  const found = fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
  return found === undefined ? undefined : unwrap(found);
}

/** The schema of a list's elements. */
export function elementSchema(schema: Unwrapped | undefined): Unwrapped | undefined {
  return schema?.def.type === "array" ? unwrap(schema.def.element) : undefined;
}

/** Whether an object may leave the field out. */
export function isOptionalField(schema: AnySchema): boolean {
  return schema._zod.optin !== undefined;
}
