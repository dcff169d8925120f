/** The OpenAPI v2 document, which `kubectl` validates, explains and dry-runs by. */
import { bodyKinds } from "../body-kinds.ts";
import { deleteOptionsSchema } from "../meta/delete-options.ts";
import { listMetaSchema } from "../meta/list-meta.ts";
import { apiStatusSchema } from "../meta/status.ts";
import type { AnyResource } from "../resource.ts";
import {
  addDefinition,
  type Definitions,
  type GroupVersionKind,
  type OpenApiSchema,
  reference,
} from "./definitions.ts";
import type { ResourceDefinitions } from "./operation.ts";
import { type OpenApiPath, pathsOf } from "./paths.ts";

export interface OpenApiDocument {
  readonly swagger: "2.0";
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, OpenApiPath>>;
  readonly definitions: Readonly<Record<string, OpenApiSchema>>;
}

/** Built from scratch at every call: plain JSON of a megabyte or two, for the caller to encode once and let go. */
export function buildOpenApiDocument(resources: readonly AnyResource[]): OpenApiDocument {
  const definitions: Definitions = new Map();
  const status = addDefinition(definitions, apiStatusSchema);
  declareKind(definitions, status, { group: "", version: "v1", kind: "Status" });
  const deleteOptions = addDefinition(definitions, deleteOptionsSchema);
  for (const kind of deleteOptionsKinds(resources)) declareKind(definitions, deleteOptions, kind);
  const objects = new Map<string, string>();
  for (const sent of [...resources, ...bodyKinds]) {
    const name = addDefinition(definitions, sent.schema);
    declareKind(definitions, name, kindOf(sent));
    objects.set(keyOf(sent), name);
  }
  const ofKind = (kind: GroupVersionKind) => objects.get(keyOf(kind));
  const paths = resources.flatMap((resource) => {
    const object = addDefinition(definitions, resource.schema);
    const list = resource.verbs.includes("list") ? addList(definitions, object, kindOf(resource)) : object;
    const named: ResourceDefinitions = { object, list, status, deleteOptions, ofKind };
    return pathsOf(resource, named);
  });
  return {
    swagger: "2.0",
    info: { title: "Bramble", version: "v1" },
    paths: Object.fromEntries(paths),
    definitions: Object.fromEntries([...definitions].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function kindOf({ group, version, kind }: GroupVersionKind): GroupVersionKind {
  return { group, version, kind };
}

function keyOf({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`;
}

/** A definition may be of several kinds: options are the same in every version of every group. */
function declareKind(definitions: Definitions, name: string, kind: GroupVersionKind): void {
  const known = definitions.get(name);
  const kinds = known?.["x-kubernetes-group-version-kind"] ?? [];
  definitions.set(name, { ...known, "x-kubernetes-group-version-kind": [...kinds, kind] });
}

/** Deletions speak the version of the group that they delete from. */
function deleteOptionsKinds(resources: readonly AnyResource[]): GroupVersionKind[] {
  const kinds = resources.map(({ group, version }) => ({ group, version, kind: "DeleteOptions" }));
  return [...new Map(kinds.map((kind) => [keyOf(kind), kind])).values()];
}

function addList(definitions: Definitions, object: string, kind: GroupVersionKind): string {
  const name = `${object}List`;
  definitions.set(name, {
    description: `A list of ${kind.kind} objects.`,
    type: "object",
    required: ["items"],
    properties: {
      apiVersion: { description: "The version of the API that the list is written for.", type: "string" },
      items: { description: "The objects.", type: "array", items: reference(object) },
      kind: { description: "What the list is.", type: "string" },
      metadata: reference(addDefinition(definitions, listMetaSchema)),
    },
    "x-kubernetes-group-version-kind": [{ ...kind, kind: `${kind.kind}List` }],
  });
  return name;
}
