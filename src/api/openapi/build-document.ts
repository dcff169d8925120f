/** The OpenAPI v2 document, which `kubectl` validates, explains and dry-runs by. */
import { bindingSchema } from "../kinds/binding.ts";
import { deleteOptionsSchema } from "../meta/delete-options.ts";
import { listMetaSchema } from "../meta/list-meta.ts";
import { apiStatusSchema } from "../meta/status.ts";
import type { AnyResource } from "../resource.ts";
import { resources } from "../resources.ts";
import {
  addDefinition,
  type Definitions,
  type GroupVersionKind,
  type OpenApiSchema,
  reference,
} from "./definitions.ts";
import { type OpenApiPath, pathsOf } from "./operations.ts";

export interface OpenApiDocument {
  readonly swagger: "2.0";
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, OpenApiPath>>;
  readonly definitions: Readonly<Record<string, OpenApiSchema>>;
}

/** Built from scratch at every call: plain JSON of a few hundred kilobytes, for the caller to encode once and let go. */
export function buildOpenApiDocument(): OpenApiDocument {
  const definitions: Definitions = new Map();
  const paths: Record<string, OpenApiPath> = {};
  const status = addDefinition(definitions, apiStatusSchema);
  const deleteOptions = addDefinition(definitions, deleteOptionsSchema);
  const binding = addDefinition(definitions, bindingSchema);
  declareKinds(definitions, status, [{ group: "", version: "v1", kind: "Status" }]);
  declareKinds(definitions, binding, [{ group: "", version: "v1", kind: "Binding" }]);
  declareKinds(definitions, deleteOptions, deleteOptionsKinds());
  for (const resource of resources) {
    const object = addDefinition(definitions, resource.schema);
    declareKinds(definitions, object, [kindOf(resource)]);
    const list = addList(definitions, object, kindOf(resource));
    for (const [path, item] of pathsOf(resource, { object, list, status, deleteOptions, binding })) paths[path] = item;
  }
  return {
    swagger: "2.0",
    info: { title: "Bramble", version: "v1" },
    paths,
    definitions: Object.fromEntries([...definitions].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function kindOf({ group, version, kind }: AnyResource): GroupVersionKind {
  return { group, version, kind };
}

function declareKinds(definitions: Definitions, name: string, kinds: readonly GroupVersionKind[]): void {
  definitions.set(name, { ...definitions.get(name), "x-kubernetes-group-version-kind": kinds });
}

/** Deletions speak the version of the group that they delete from. */
function deleteOptionsKinds(): GroupVersionKind[] {
  const kinds = resources.map(({ group, version }) => ({ group, version, kind: "DeleteOptions" }));
  return [...new Map(kinds.map((kind) => [`${kind.group}/${kind.version}`, kind])).values()];
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
