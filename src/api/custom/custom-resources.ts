/** The kinds that a CustomResourceDefinition makes: one `Resource` for each version that it serves. */
import { type Column, defineResource } from "../define-resource.ts";
import type { CustomResourceDefinition } from "../kinds/apiextensions/custom-resource-definition.ts";
import type { CustomVersion } from "../kinds/apiextensions/custom-resource-definition-spec.ts";
import { isConditionTrue } from "../meta/condition.ts";
import type { ApiObject } from "../meta/object-meta.ts";
import { age, ageColumn, nameColumn } from "../printing.ts";
import type { AnyResource, ScaleAccess } from "../resource.ts";
import { isFieldPath, type JsonPath, parseJsonPath, valuesAt, withValueAt } from "./json-path.ts";
import { objectSchema } from "./object-schema.ts";
import { withoutStatus, withStatusSubresource } from "./status-subresource.ts";
import { parseStructuralSchema, type StructuralSchema } from "./structural-schema.ts";
import { validateValue } from "./validate-value.ts";

/** None before the names of the definition are accepted. */
export function servedResources(definition: CustomResourceDefinition): AnyResource[] {
  return isConditionTrue(definition.status.conditions, "Established") ? customResources(definition) : [];
}

/** Served versions, in the definition's order; none where a schema cannot be read. */
function customResources(definition: CustomResourceDefinition): AnyResource[] {
  const { versions } = definition.spec;
  const made = versions.flatMap((version) => {
    const resource = customResource(definition, version);
    return resource === undefined ? [] : [{ version, resource }];
  });
  const stored = made.find(({ version }) => version.storage)?.resource;
  if (stored === undefined) return [];
  return made.flatMap(({ version, resource }) => {
    if (!version.served) return [];
    return [versions.length === 1 ? resource : { ...resource, conversion: conversionBetween(resource, stored) }];
  });
}

/** Versions differ by their name alone (strategy None), and objects are stored in the version they came in. */
function conversionBetween({ group, version }: AnyResource, stored: AnyResource) {
  const apiVersion = `${group}/${version}`;
  const fromStored = (object: ApiObject) => (object.apiVersion === apiVersion ? object : { ...object, apiVersion });
  return { stored, toStored: (object: ApiObject) => object, fromStored };
}

function customResource({ spec }: CustomResourceDefinition, version: CustomVersion): AnyResource | undefined {
  const schema = parseStructuralSchema(version.schema?.openAPIV3Schema ?? {});
  if (schema === undefined) return undefined;
  const { group, names, scope } = spec;
  const kind = { group, version: version.name, kind: names.kind };
  const hasStatus = version.subresources?.status !== undefined;
  const scale = scaleAccess(version);
  const resource = defineResource<ApiObject>({
    ...kind,
    plural: names.plural,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === "Namespaced",
    schema: objectSchema(kind, schema),
    columns: columnsOf(version),
    validate: (object) => validateValue(bodySchema(schema), bodyOf(object), ""),
    wish: hasStatus ? (object) => bodyOf(withoutStatus(object)) : bodyOf,
    // What is to be selected by is named by its path without the leading dot.
    fields: Object.fromEntries(
      (version.selectableFields ?? []).map(({ jsonPath }) => [jsonPath.replace(/^\./u, ""), textAt(jsonPath)]),
    ),
    ...(scale !== undefined && { scale }),
  });
  const named: AnyResource = {
    ...resource,
    singular: names.singular ?? resource.singular,
    isCustom: true,
    ...(version.deprecated === true && {
      deprecationWarning: version.deprecationWarning ?? `${group}/${version.name} ${names.kind} is deprecated`,
    }),
  };
  return hasStatus ? withStatusSubresource(named) : named;
}

/** The metadata and the type are the server's, whatever the JSON Schema says of them. */
function bodySchema({ properties = {}, ...schema }: StructuralSchema): StructuralSchema {
  const { apiVersion: _, kind: __, metadata: ___, ...own } = properties;
  return { ...schema, properties: own };
}

function bodyOf({ apiVersion: _, kind: __, metadata: ___, ...body }: ApiObject): unknown {
  return body;
}

function columnsOf({ additionalPrinterColumns = [] }: CustomVersion): Column<ApiObject>[] {
  if (additionalPrinterColumns.length === 0) return [nameColumn, ageColumn];
  const own = additionalPrinterColumns.map(({ name, type, description = "", priority = 0, jsonPath }) => {
    const path = parseJsonPath(jsonPath);
    const column: Column<ApiObject> = {
      name,
      type: type === "integer" || type === "boolean" ? type : "string",
      description,
      wide: priority > 0,
      cell: (object, nowMs) => cellOf(type, path === undefined ? undefined : valuesAt(path, object)[0], nowMs),
    };
    return column;
  });
  return [nameColumn, ...own];
}

/** An empty cell for a value that is absent or of another type. */
function cellOf(type: string, value: unknown, nowMs: number) {
  switch (type) {
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? String(value) : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date":
      return typeof value === "string" ? age(value, nowMs) : null;
    default:
      return value === undefined ? null : typeof value === "string" ? value : JSON.stringify(value);
  }
}

function textAt(jsonPath: string): (object: ApiObject) => string | undefined {
  const path = parseJsonPath(jsonPath);
  return (object) => {
    const value = path && valuesAt(path, object)[0];
    return value === undefined ? undefined : String(value);
  };
}

function scaleAccess({ subresources }: CustomVersion): ScaleAccess<ApiObject> | undefined {
  if (subresources?.scale === undefined) return undefined;
  const { specReplicasPath, statusReplicasPath, labelSelectorPath = "" } = subresources.scale;
  const wished = parseJsonPath(specReplicasPath);
  const observed = parseJsonPath(statusReplicasPath);
  if (wished === undefined || observed === undefined || !isFieldPath(wished)) return undefined;
  const selector = textAt(labelSelectorPath);
  return {
    wished: (object) => numberAt(wished, object),
    observed: (object) => numberAt(observed, object),
    selector: (object) => selector(object) ?? "",
    withWished: (object, replicas) => ({ ...object, ...Object(withValueAt(wished, object, replicas)) }),
  };
}

function numberAt(path: JsonPath, object: ApiObject): number {
  const [value] = valuesAt(path, object);
  return typeof value === "number" ? value : 0;
}
