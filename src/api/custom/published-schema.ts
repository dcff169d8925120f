/** The JSON Schema of a custom kind as OpenAPI shows it to clients that validate and explain by it. */
import type { StructuralSchema } from "./structural-schema.ts";

/** Its `$ref` is written as in OpenAPI v2. */
export function publishedSchema(kind: string, schema: StructuralSchema): Readonly<Record<string, unknown>> {
  return {
    description: `An object of the custom kind ${kind}.`,
    ...published(schema),
    type: "object",
    properties: {
      ...Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, member]) => [name, published(member)])),
      apiVersion: { description: "The version of the API that the object is written for.", type: "string" },
      kind: { description: "What the object is.", type: "string" },
      metadata: { $ref: "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" },
    },
  };
}

function published(schema: StructuralSchema): object {
  const { properties, additionalProperties, items, allOf: _, anyOf: __, oneOf: ___, not: ____, ...own } = schema;
  const described = own.description === undefined ? {} : { description: own.description };
  if (own["x-kubernetes-int-or-string"]) return { ...described, type: "string", format: "int-or-string" };
  // Whatever it holds is kept: a client that knew some fields would take the others for mistakes.
  if (own["x-kubernetes-preserve-unknown-fields"]) return { ...described, type: "object" };
  const values = typeof additionalProperties === "object" ? published(additionalProperties) : undefined;
  return {
    ...own,
    ...(values !== undefined && { additionalProperties: values }),
    ...(items !== undefined && { items: published(items) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, published(member)])),
    }),
  };
}
