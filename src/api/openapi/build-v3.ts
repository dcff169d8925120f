/** OpenAPI v3 documents, one for each version of a group, made from the v2 document of all. */
import type { OpenApiDocument } from "./build-document.ts";
import type { OpenApiSchema } from "./definitions.ts";
import type { OpenApiOperation } from "./operation.ts";
import type { OpenApiParameter } from "./parameters.ts";
import type { OpenApiPath } from "./paths.ts";

const prefix = { v2: "#/definitions/", v3: "#/components/schemas/" };

/** Types whose two forms v2 has no words for. */
const alternatives: Readonly<Record<string, object>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": { oneOf: [{ type: "string" }, { type: "number" }] },
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {
    format: "int-or-string",
    oneOf: [{ type: "integer" }, { type: "string" }],
  },
};

/** By the place under `/openapi/v3`: `api/v1`, `apis/apps/v1`. */
export function buildOpenApiV3(document: OpenApiDocument): ReadonlyMap<string, unknown> {
  const places = Map.groupBy(Object.entries(document.paths), ([path]) => placeOf(path));
  return new Map(
    Array.from(places, ([place, paths]) => {
      const items = Object.fromEntries(paths.map(([path, item]) => [path, pathOf(item)]));
      const schemas = Object.fromEntries(
        Array.from(reachable(document, items), (name): [string, unknown] => [name, definitionOf(document, name)]),
      );
      const { info } = document;
      return [place, { openapi: "3.0.0", info, paths: items, components: { schemas } }];
    }),
  );
}

function placeOf(path: string): string {
  const segments = path.split("/").slice(1);
  return segments.slice(0, segments[0] === "api" ? 2 : 3).join("/");
}

function pathOf({ parameters = [], ...operations }: OpenApiPath): object {
  const methods = Object.entries(operations).map(([method, operation]) => [method, operationOf(operation)]);
  return { ...Object.fromEntries(methods), ...(parameters.length > 0 && { parameters: parameters.map(parameterOf) }) };
}

function operationOf({ consumes, produces, schemes: _, parameters, responses, ...same }: OpenApiOperation): object {
  const contentOf = (types: readonly string[], schema: OpenApiSchema) =>
    Object.fromEntries(types.map((type) => [type, { schema: schemaOf(schema) }]));
  const body = parameters.find((parameter) => parameter.in === "body");
  return {
    ...same,
    parameters: parameters.filter((parameter) => parameter !== body).map(parameterOf),
    ...(body?.schema !== undefined && {
      requestBody: { content: contentOf(consumes, body.schema), required: body.required ?? false },
    }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([code, { description, schema }]) => [
        code,
        { description, ...(schema !== undefined && { content: contentOf(produces, schema) }) },
      ]),
    ),
  };
}

function parameterOf({ type, uniqueItems, ...same }: OpenApiParameter): object {
  return { ...same, schema: { type, uniqueItems } };
}

function definitionOf({ definitions }: OpenApiDocument, name: string): unknown {
  const definition = definitions[name] ?? {};
  const alternative = Object.hasOwn(alternatives, name) ? alternatives[name] : undefined;
  if (alternative === undefined) return schemaOf(definition);
  return { description: definition.description, ...alternative };
}

/** A reference has no siblings in v3: what is said besides goes around it. */
function schemaOf({ $ref, properties, items, additionalProperties, ...same }: OpenApiSchema): object {
  if ($ref !== undefined) {
    const reference = { $ref: $ref.replace(prefix.v2, prefix.v3) };
    return Object.keys(same).length === 0 ? reference : { ...same, allOf: [reference] };
  }
  return {
    ...same,
    ...(items !== undefined && { items: schemaOf(items) }),
    ...(additionalProperties !== undefined && { additionalProperties: schemaOf(additionalProperties) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, schemaOf(member)])),
    }),
  };
}

/** The names of all definitions that the paths refer to, and of those that these refer to, by the alphabet. */
function reachable(document: OpenApiDocument, paths: object): string[] {
  const found = new Set<string>();
  const queue: unknown[] = [paths];
  while (queue.length > 0) {
    for (const name of referencesIn(queue.pop())) {
      if (found.has(name)) continue;
      found.add(name);
      queue.push(definitionOf(document, name));
    }
  }
  return Array.from(found).sort();
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === "$ref" && typeof member === "string" ? [member.slice(prefix.v3.length)] : referencesIn(member),
  );
}
