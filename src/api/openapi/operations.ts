/** The requests that a resource answers, as OpenAPI v2 operations on paths. */
import { type AnyResource, apiVersionOfResource, type Verb } from "../resource.ts";
import { type Subresource, subresourceEntry } from "../subresources.ts";
import { type GroupVersionKind, type OpenApiSchema, reference } from "./definitions.ts";
import {
  type Action,
  bodyParameter,
  type OpenApiParameter,
  patchParameter,
  pathParameter,
  queryParameters,
} from "./parameters.ts";

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

/** The names of the definitions that operations speak of. */
export interface ResourceDefinitions {
  readonly object: string;
  readonly list: string;
  readonly status: string;
  readonly deleteOptions: string;
  /** Of a kind that is sent to a subresource; undefined for streams, which send none. */
  readonly ofKind: (kind: GroupVersionKind) => string | undefined;
}

const actions: Readonly<Record<Verb, Action | undefined>> = {
  create: "post",
  delete: "delete",
  deletecollection: "deletecollection",
  get: "get",
  list: "list",
  patch: "patch",
  update: "put",
  // A list with a parameter.
  watch: undefined,
};
const methods: Readonly<Record<Exclude<Action, "connect">, Method>> = {
  list: "get",
  get: "get",
  post: "post",
  put: "put",
  patch: "patch",
  delete: "delete",
  deletecollection: "delete",
};
const names: Readonly<Record<Action, string>> = {
  list: "List",
  get: "Read",
  post: "Create",
  put: "Replace",
  patch: "Patch",
  delete: "Delete",
  deletecollection: "DeleteCollection",
  connect: "Connect",
};
const mediaTypes = ["application/json", "application/yaml"];
const strategicType = "application/strategic-merge-patch+json";
const patchTypes = [
  "application/json-patch+json",
  "application/merge-patch+json",
  strategicType,
  "application/apply-patch+yaml",
];
/** Clients choose the patch by what is listed. */
const customPatchTypes = patchTypes.filter((type) => type !== strategicType);

/** What one operation is about. */
interface Subject {
  readonly resource: AnyResource;
  readonly kind: GroupVersionKind;
  /** What is sent and answered; nothing that has a schema for streams. */
  readonly object: string | undefined;
  /** Ends the operation's id: `Status`, `ForAllNamespaces`. */
  readonly suffix: string;
}

/** Every path of the resource, with the parameters that its place holders name. */
export function pathsOf(resource: AnyResource, definitions: ResourceDefinitions): [string, OpenApiPath][] {
  const { group, version, kind, plural, namespaced, verbs, subresources } = resource;
  const root = `${group === "" ? "/api" : "/apis"}/${apiVersionOfResource(resource)}`;
  const namespaceParameters = namespaced ? [pathParameter("namespace", "The objects' namespace.")] : [];
  const objectParameters = [pathParameter("name", "The object's name."), ...namespaceParameters];
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const subject = { resource, kind: { group, version, kind }, object: definitions.object, suffix: "" };
  const served = (subset: readonly Verb[]) => subset.filter((verb) => verbs.includes(verb));

  const paths: [string, OpenApiPath][] = [
    [
      collection,
      {
        ...operations(subject, definitions, served(["list", "create", "deletecollection"])),
        parameters: namespaceParameters,
      },
    ],
    [
      `${collection}/{name}`,
      {
        ...operations(subject, definitions, served(["get", "update", "patch", "delete"])),
        parameters: objectParameters,
      },
    ],
  ];
  if (namespaced) {
    const everywhere = { ...subject, suffix: "ForAllNamespaces" };
    paths.push([`${root}/${plural}`, operations(everywhere, definitions, served(["list"]))]);
  }
  for (const subresource of subresources) {
    const own = subresourceOperations(resource, subresource, definitions);
    paths.push([`${collection}/{name}/${subresource}`, { ...own, parameters: objectParameters }]);
  }
  return paths.filter(([, { parameters: _, ...answered }]) => Object.keys(answered).length > 0);
}

function subresourceOperations(
  resource: AnyResource,
  subresource: Subresource,
  definitions: ResourceDefinitions,
): OpenApiPath {
  const {
    verbs,
    kind: name,
    group = resource.group,
    version = resource.version,
  } = subresourceEntry(subresource, resource.kind);
  const kind = { group, version, kind: name };
  const object = subresource === "log" ? undefined : definitions.ofKind(kind);
  const suffix = `${subresource.charAt(0).toUpperCase()}${subresource.slice(1)}`;
  return operations({ resource, kind, object, suffix }, definitions, verbs);
}

function operations(subject: Subject, definitions: ResourceDefinitions, verbs: readonly Verb[]): OpenApiPath {
  return Object.fromEntries(
    verbs.flatMap((verb) => {
      const action = actions[verb];
      if (action === undefined || action === "connect") return [];
      return [[methods[action], operation(subject, definitions, action)]];
    }),
  );
}

function operation(
  { resource, kind, object, suffix }: Subject,
  definitions: ResourceDefinitions,
  served: Exclude<Action, "connect">,
): OpenApiOperation {
  const { group, version, namespaced } = resource;
  const action = object === undefined && suffix !== "Log" ? "connect" : served;
  const groupName = group === "" ? "Core" : groupTag(group);
  const scope = namespaced && suffix !== "ForAllNamespaces" ? "Namespaced" : "";
  const name = names[action];
  const method = action === "connect" ? upperFirst(methods[served]) : "";
  const id = [lowerFirst(name), method, groupName, upperFirst(version), scope, resource.kind, suffix].join("");
  return {
    description: `${name} ${resource.kind}${suffix === "" ? "" : ` ${suffix}`}.`,
    operationId: id,
    tags: [`${lowerFirst(groupName)}_${version}`],
    consumes: action === "patch" ? (resource.isCustom ? customPatchTypes : patchTypes) : mediaTypes,
    produces: object === undefined ? ["*/*"] : mediaTypes,
    schemes: ["https"],
    parameters: [...bodyOf(action, object, definitions), ...queryParameters[action]],
    responses: responsesOf(action, object, definitions),
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": kind,
  };
}

function groupTag(group: string): string {
  return group
    .split(".")
    .slice(0, group.endsWith(".k8s.io") ? 1 : undefined)
    .map(upperFirst)
    .join("");
}

function upperFirst(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function lowerFirst(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

function bodyOf(
  action: Action,
  object: string | undefined,
  { deleteOptions }: ResourceDefinitions,
): readonly OpenApiParameter[] {
  switch (action) {
    case "post":
    case "put":
      return object === undefined ? [] : [bodyParameter(object, "The object.")];
    case "patch":
      return [patchParameter];
    case "delete":
    case "deletecollection":
      return [bodyParameter(deleteOptions, "How to delete.", false)];
    default:
      return [];
  }
}

function responsesOf(
  action: Action,
  object: string | undefined,
  { list, status }: ResourceDefinitions,
): OpenApiOperation["responses"] {
  const unauthorized = { "401": { description: "Unauthorized" } };
  const definition = action === "list" ? list : action.startsWith("delete") ? status : object;
  const schema = definition === undefined ? { type: "string" } : reference(definition);
  const answer = { description: "OK", schema };
  if (action === "post" || action === "put" || action === "patch")
    return { "200": answer, "201": { ...answer, description: "Created" }, ...unauthorized };
  return { "200": answer, ...unauthorized };
}
