/**
 * The zod schema of a custom kind: it prunes what its JSON Schema does not name and fills in defaults. Whether values
 * fit is for `validateValue` to say, in Kubernetes' words.
 */
import { z } from "zod";
import { type ApiObject, objectMetaSchema } from "../meta/object-meta.ts";
import { type ApiMeta, annotate, mapOf } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { publishedSchema } from "./published-schema.ts";
import type { StructuralSchema } from "./structural-schema.ts";

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What every object has, whatever its JSON Schema says of it. */
const ownFields = new Set(["apiVersion", "kind", "metadata"]);

export function objectSchema({ group, version, kind }: Kind, schema: StructuralSchema): z.ZodType<ApiObject> {
  const own = { ...typeMeta(`${group}/${version}`, kind), metadata: objectMetaSchema };
  const { properties = {} } = schema;
  const shape = { ...shapeOf(properties, ownFields), ...own };
  const object = keepsUnknown(schema) ? z.looseObject(shape) : z.object(shape);
  return annotate(object, {
    definition: `${[...group.split(".")].reverse().join(".")}.${version}.${kind}`,
    openapi: publishedSchema(kind, schema),
  });
}

function shapeOf(properties: Readonly<Record<string, StructuralSchema>>, but: ReadonlySet<string> = new Set()) {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => !but.has(name))
      .map(([name, member]) => [name, withDefault(valueSchema(member), member.default)]),
  );
}

/** Defaults pass through the schema like what a client sends, so that defaults within them are filled in, too. */
function withDefault(schema: z.ZodType, value: unknown): z.ZodType {
  return value === undefined || value === null ? schema.optional() : schema.prefault(value);
}

function keepsUnknown(schema: StructuralSchema): boolean {
  return schema["x-kubernetes-preserve-unknown-fields"] === true;
}

function valueSchema(schema: StructuralSchema): z.ZodType {
  if (schema.type === "array") return listSchema(schema);
  if (schema.type !== "object") return z.unknown();
  const { properties, additionalProperties } = schema;
  const mapType = schema["x-kubernetes-map-type"] === "atomic" ? ({ mapType: "atomic" } as const) : {};
  if (properties === undefined && !schema["x-kubernetes-embedded-resource"]) {
    const values = typeof additionalProperties === "object" ? valueSchema(additionalProperties) : z.unknown();
    const isMap = additionalProperties !== undefined && additionalProperties !== false;
    if (isMap || keepsUnknown(schema)) return annotate(mapOf(values), { values, ...mapType });
  }
  const shape = { ...(schema["x-kubernetes-embedded-resource"] && embedded()), ...shapeOf(properties ?? {}) };
  const object = keepsUnknown(schema) ? z.looseObject(shape) : z.object(shape);
  return annotate(object, mapType);
}

function embedded() {
  return { apiVersion: z.unknown(), kind: z.unknown(), metadata: mapOf(z.unknown()).optional() };
}

function listSchema(schema: StructuralSchema): z.ZodType {
  const listType = schema["x-kubernetes-list-type"];
  const listMapKeys = schema["x-kubernetes-list-map-keys"];
  const meta: ApiMeta = {
    ...(listType !== undefined && { listType }),
    ...(listMapKeys !== undefined && { listMapKeys }),
  };
  return annotate(z.array(valueSchema(schema.items ?? {})), meta);
}
