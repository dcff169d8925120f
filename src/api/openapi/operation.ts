/** One request that a resource answers, as an OpenAPI v2 operation. */
import type { AnyResource } from "../resource.ts";
import { type GroupVersionKind, type OpenApiSchema, reference } from "./definitions.ts";
import { type Action, bodyParameter, type OpenApiParameter, patchParameter, queryParameters } from "./parameters.ts";

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

/** The names of the definitions that operations speak of. */
export interface ResourceDefinitions {
  readonly object: string;
  readonly list: string;
  readonly status: string;
  readonly deleteOptions: string;
  /** Of a kind that is sent to a subresource; undefined for streams, which send none. */
  readonly ofKind: (kind: GroupVersionKind) => string | undefined;
}

/** What one operation is about. */
export interface Subject {
  readonly resource: AnyResource;
  readonly kind: GroupVersionKind;
  /** What is sent and answered; nothing that has a schema for streams. */
  readonly object: string | undefined;
  /** Ends the operation's id: `Status`, `ForAllNamespaces`. */
  readonly suffix: string;
}

/** What is asked for by one method; streams are asked for by any. */
export type MethodAction = Exclude<Action, "connect">;

export const methods: Readonly<Record<MethodAction, Method>> = {
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

export function operation(
  { resource, kind, object, suffix }: Subject,
  definitions: ResourceDefinitions,
  served: MethodAction,
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

export function upperFirst(name: string): string {
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
