/** The requests that a resource answers, as OpenAPI v2 operations on paths. */
import { type AnyResource, apiVersionOfResource } from "../resource.ts";
import { type GroupVersionKind, type OpenApiSchema, reference } from "./definitions.ts";

export interface OpenApiParameter {
  readonly name: string;
  readonly in: "body" | "path" | "query";
  readonly description: string;
  readonly required?: boolean;
  readonly type?: "string" | "integer" | "boolean";
  readonly uniqueItems?: boolean;
  readonly schema?: OpenApiSchema;
}

export interface OpenApiOperation {
  readonly description: string;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  readonly schemes: readonly string[];
  readonly parameters: readonly OpenApiParameter[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly schema?: OpenApiSchema }>>;
  readonly "x-kubernetes-action": string;
  readonly "x-kubernetes-group-version-kind": GroupVersionKind;
}

export type Method = "get" | "put" | "post" | "delete" | "patch";

export type OpenApiPath = Readonly<
  { parameters?: readonly OpenApiParameter[] } & { readonly [method in Method]?: OpenApiOperation }
>;

/** The names of the definitions that a resource's operations speak of. */
export interface ResourceDefinitions {
  readonly object: string;
  readonly list: string;
  readonly status: string;
  readonly deleteOptions: string;
  /** The body of `POST …/binding`. */
  readonly binding: string;
}

type Action = "list" | "get" | "post" | "put" | "patch" | "delete" | "deletecollection";

const methods: Readonly<Record<Action, Method>> = {
  list: "get",
  get: "get",
  post: "post",
  put: "put",
  patch: "patch",
  delete: "delete",
  deletecollection: "delete",
};
const verbs: Readonly<Record<Action, string>> = {
  list: "List",
  get: "Read",
  post: "Create",
  put: "Replace",
  patch: "Patch",
  delete: "Delete",
  deletecollection: "DeleteCollection",
};
const mediaType = "application/json";
const patchTypes = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
];

const query = (name: string, type: "string" | "integer" | "boolean", description: string): OpenApiParameter => ({
  name,
  in: "query",
  description,
  type,
  uniqueItems: true,
});
const path = (name: string, description: string): OpenApiParameter => ({
  name,
  in: "path",
  description,
  required: true,
  type: "string",
  uniqueItems: true,
});
const body = (definition: string): OpenApiParameter => ({
  name: "body",
  in: "body",
  description: "The object.",
  required: true,
  schema: reference(definition),
});

const dryRun = query("dryRun", "string", "All runs every check and changes nothing.");
const fieldManager = query("fieldManager", "string", "Who makes the change.");
const listParameters = [
  query("labelSelector", "string", "Selects by labels."),
  query("fieldSelector", "string", "Selects by fields."),
  query("limit", "integer", "How many objects to answer at most."),
  query("continue", "string", "Continues a list where its last part ended."),
  query("resourceVersion", "string", "How new the answer must be."),
  query("timeoutSeconds", "integer", "How long the request may take."),
  query("watch", "boolean", "Answers every change as it happens."),
];
const parameters: Readonly<Record<Action, readonly OpenApiParameter[]>> = {
  list: listParameters,
  get: [],
  post: [dryRun, fieldManager],
  put: [dryRun, fieldManager],
  patch: [dryRun, fieldManager, query("force", "boolean", "Takes fields over from other managers.")],
  delete: [
    dryRun,
    query("gracePeriodSeconds", "integer", "How long the object may take to end."),
    query("propagationPolicy", "string", "Orphan, Background or Foreground."),
  ],
  deletecollection: [...listParameters, dryRun],
};

/** Every path of the resource, with the parameters that its place holders name. */
export function pathsOf(resource: AnyResource, definitions: ResourceDefinitions): [string, OpenApiPath][] {
  const { group, plural, namespaced, subresources } = resource;
  const root = `${group === "" ? "/api" : "/apis"}/${apiVersionOfResource(resource)}`;
  const namespaceParameter = namespaced ? [path("namespace", "The objects' namespace.")] : [];
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const objectParameters = [path("name", "The object's name."), ...namespaceParameter];
  const operations = (suffix: string, ...actions: readonly Action[]) =>
    Object.fromEntries(actions.map((action) => [methods[action], operation(resource, definitions, action, suffix)]));

  const paths: [string, OpenApiPath][] = [
    [collection, { ...operations("", "list", "post", "deletecollection"), parameters: namespaceParameter }],
    [`${collection}/{name}`, { ...operations("", "get", "put", "patch", "delete"), parameters: objectParameters }],
  ];
  if (namespaced) paths.push([`${root}/${plural}`, operations("ForAllNamespaces", "list")]);
  for (const subresource of subresources) {
    const suffix = `${subresource.charAt(0).toUpperCase()}${subresource.slice(1)}`;
    const at = `${collection}/{name}/${subresource}`;
    if (subresource === "status")
      paths.push([at, { ...operations(suffix, "get", "put", "patch"), parameters: objectParameters }]);
    else if (subresource === "finalize")
      paths.push([at, { ...operations(suffix, "put"), parameters: objectParameters }]);
    else if (subresource === "binding") {
      const post = { ...operation(resource, definitions, "post", suffix), ...bindingBody(definitions) };
      paths.push([at, { post, parameters: objectParameters }]);
    }
  }
  return paths;
}

function bindingBody({ binding, status }: ResourceDefinitions): Partial<OpenApiOperation> {
  return {
    parameters: [body(binding), ...parameters.post],
    responses: { "201": { description: "Created", schema: reference(status) } },
    "x-kubernetes-group-version-kind": { group: "", version: "v1", kind: "Binding" },
  };
}

function operation(
  { group, version, kind, namespaced }: AnyResource,
  definitions: ResourceDefinitions,
  action: Action,
  suffix: string,
): OpenApiOperation {
  const groupName = group === "" ? "Core" : groupTag(group);
  const scope = namespaced && suffix !== "ForAllNamespaces" ? "Namespaced" : "";
  const versionName = `${version.charAt(0).toUpperCase()}${version.slice(1)}`;
  return {
    description: `${verbs[action]} ${kind}${suffix === "" ? "" : ` ${suffix}`}.`,
    operationId: `${verbs[action].charAt(0).toLowerCase()}${verbs[action].slice(1)}${groupName}${versionName}${scope}${kind}${suffix}`,
    tags: [`${groupName.toLowerCase()}_${version}`],
    consumes: action === "patch" ? patchTypes : [mediaType],
    produces: [mediaType],
    schemes: ["https"],
    parameters: [...bodyOf(action, definitions), ...parameters[action]],
    responses: responsesOf(action, definitions),
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group, version, kind },
  };
}

function groupTag(group: string): string {
  const name = group.split(".")[0] ?? group;
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function bodyOf(action: Action, { object, deleteOptions }: ResourceDefinitions): readonly OpenApiParameter[] {
  switch (action) {
    case "post":
    case "put":
      return [body(object)];
    case "patch":
      return [{ name: "body", in: "body", description: "The patch.", required: true, schema: { type: "object" } }];
    case "delete":
    case "deletecollection":
      return [{ ...body(deleteOptions), description: "How to delete.", required: false }];
    default:
      return [];
  }
}

function responsesOf(action: Action, { object, list, status }: ResourceDefinitions): OpenApiOperation["responses"] {
  const unauthorized = { "401": { description: "Unauthorized" } };
  const definition = action === "list" ? list : action.startsWith("delete") ? status : object;
  const answer = { description: "OK", schema: reference(definition) };
  if (action === "post") return { "200": answer, "201": { ...answer, description: "Created" }, ...unauthorized };
  return { "200": answer, ...unauthorized };
}
