/** OpenAPI v2 definitions from the zod schemas of the kinds. */
import type { z } from "zod";
import { fieldsOf, isOptionalField, type Unwrapped, unwrap } from "../meta/schema-walk.ts";

/** A JSON schema as OpenAPI v2 has it, with Kubernetes' extensions. */
export interface OpenApiSchema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly items?: OpenApiSchema;
  readonly additionalProperties?: OpenApiSchema;
  readonly enum?: readonly unknown[];
  readonly "x-kubernetes-group-version-kind"?: readonly GroupVersionKind[];
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-map-type"?: string;
  readonly "x-kubernetes-patch-merge-key"?: string;
  readonly "x-kubernetes-patch-strategy"?: string;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Read-only once built. */
export type Definitions = Map<string, OpenApiSchema>;

export function reference(definition: string): OpenApiSchema {
  return { $ref: `#/definitions/${definition}` };
}

/** What every field of the two is, wherever they occur; they hold one constant and yet may be left out. */
const typeFields: Readonly<Record<string, string>> = {
  apiVersion: "The version of the API that the object is written for.",
  kind: "What the object is.",
};

/** Adds the definition of a schema, and of all that it refers to, and returns its name. Throws for a schema without one. */
export function addDefinition(definitions: Definitions, schema: z.core.$ZodType): string {
  const unwrapped = unwrap(schema);
  const { definition } = unwrapped.meta;
  if (definition === undefined) throw new TypeError("the schema of a kind has a definition's name");
  if (!definitions.has(definition)) {
    // Entered before its fields, so that its place is kept.
    definitions.set(definition, {});
    definitions.set(definition, definitionOf(definitions, unwrapped));
  }
  return definition;
}

function definitionOf(definitions: Definitions, schema: Unwrapped): OpenApiSchema {
  const { description, openapi, fields: descriptions = {} } = schema.meta;
  const described = description === undefined ? {} : { description };
  const fields = fieldsOf(schema);
  if (fields === undefined || openapi !== undefined) return { ...described, ...openapi };
  const isKind = Object.hasOwn(fields, "kind") && Object.hasOwn(fields, "metadata");
  const properties: Record<string, OpenApiSchema> = {};
  const required: string[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const isImplied = isKind && (name === "metadata" || Object.hasOwn(typeFields, name));
    const fieldDescription = descriptions[name] ?? (isImplied ? typeFields[name] : undefined);
    properties[name] = {
      ...(fieldDescription === undefined ? {} : { description: fieldDescription }),
      ...schemaOf(definitions, field),
    };
    if (!isOptionalField(field) && !isImplied) required.push(name);
  }
  const { mapType } = schema.meta;
  return {
    ...described,
    type: "object",
    ...(required.length === 0 ? {} : { required }),
    properties,
    ...(mapType === undefined ? {} : { "x-kubernetes-map-type": mapType }),
  };
}

function schemaOf(definitions: Definitions, schema: z.core.$ZodType): OpenApiSchema {
  const unwrapped = unwrap(schema);
  const { def, meta } = unwrapped;
  if (meta.definition !== undefined) {
    // Whether it is one value is the definition's own.
    const { "x-kubernetes-map-type": _, ...extensions } = mergeExtensions(unwrapped);
    return { ...reference(addDefinition(definitions, schema)), ...extensions };
  }
  if (meta.openapi !== undefined) return meta.openapi;
  if (meta.values !== undefined) {
    const values = schemaOf(definitions, meta.values);
    const additional = Object.keys(values).length === 0 ? {} : { additionalProperties: values };
    return { type: "object", ...additional, ...mergeExtensions(unwrapped) };
  }
  switch (def.type) {
    case "array":
      return { type: "array", items: schemaOf(definitions, def.element), ...mergeExtensions(unwrapped) };
    case "string":
    case "literal":
      return { type: "string" };
    case "enum":
      return { type: "string", enum: Object.values(def.entries) };
    case "boolean":
      return { type: "boolean" };
    case "number":
      return { type: "integer", format: "int32" };
    default:
      return {};
  }
}

/** How patches and server-side apply treat the value. */
function mergeExtensions({ meta, def }: Unwrapped): OpenApiSchema {
  const {
    mergeKey,
    patchStrategies,
    listType = def.type === "array" ? "atomic" : undefined,
    listMapKeys,
    mapType,
  } = meta;
  return {
    ...(listMapKeys === undefined ? {} : { "x-kubernetes-list-map-keys": listMapKeys }),
    ...(listType === undefined ? {} : { "x-kubernetes-list-type": listType }),
    ...(mapType === undefined ? {} : { "x-kubernetes-map-type": mapType }),
    ...(mergeKey === undefined ? {} : { "x-kubernetes-patch-merge-key": mergeKey }),
    ...(patchStrategies === undefined ? {} : { "x-kubernetes-patch-strategy": patchStrategies.join(",") }),
  };
}
