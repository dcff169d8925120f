/** The requests that a resource answers, as OpenAPI v2 paths. */
import { type AnyResource, apiVersionOfResource, type Verb } from "../resource.ts";
import { type Subresource, subresourceEntry } from "../subresources.ts";
import {
  type Method,
  type MethodAction,
  methods,
  type OpenApiOperation,
  operation,
  type ResourceDefinitions,
  type Subject,
  upperFirst,
} from "./operation.ts";
import { type OpenApiParameter, pathParameter } from "./parameters.ts";

export type OpenApiPath = Readonly<
  { parameters?: readonly OpenApiParameter[] } & { readonly [method in Method]?: OpenApiOperation }
>;

const actions: Readonly<Record<Verb, MethodAction | undefined>> = {
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
  const suffix = upperFirst(subresource);
  return operations({ resource, kind, object, suffix }, definitions, verbs);
}

function operations(subject: Subject, definitions: ResourceDefinitions, verbs: readonly Verb[]): OpenApiPath {
  return Object.fromEntries(
    verbs.flatMap((verb) => {
      const action = actions[verb];
      return action === undefined ? [] : [[methods[action], operation(subject, definitions, action)]];
    }),
  );
}
