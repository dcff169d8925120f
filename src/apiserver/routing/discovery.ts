/** What the API server says it serves, in the documents that every version of kubectl understands. */
import { type AnyResource, apiVersionOfResource, type Subresource } from "../../api/resource.ts";
import { type GroupVersion, groupVersions, resources } from "../../api/resources.ts";
import type { Route } from "./route.ts";

const objectVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

const subresourceVerbs: Readonly<Record<Subresource, { readonly verbs: readonly string[]; readonly kind?: string }>> = {
  status: { verbs: ["get", "patch", "update"] },
  binding: { verbs: ["create"], kind: "Binding" },
  finalize: { verbs: ["update"] },
  eviction: { verbs: ["create"], kind: "Eviction" },
  log: { verbs: ["get"] },
  token: { verbs: ["create"], kind: "TokenRequest" },
};

/** The document at `route`; undefined where nothing is served there. */
export function discover(route: Exclude<Route, { type: "resource" }>): unknown {
  switch (route.type) {
    case "coreVersions":
      return {
        kind: "APIVersions",
        versions: versionsOf("").map(({ version }) => version),
        serverAddressByClientCIDRs: [],
      };
    case "groups":
      return { kind: "APIGroupList", apiVersion: "v1", groups: groupNames().map(groupOf) };
    case "group":
      return groupNames().includes(route.group)
        ? { kind: "APIGroup", apiVersion: "v1", ...groupOf(route.group) }
        : undefined;
    case "groupVersion":
      return resourceList(route);
  }
}

function versionsOf(group: string): readonly GroupVersion[] {
  return groupVersions.filter((each) => each.group === group);
}

/** Named groups, in the order in which kubectl looks up short names. */
function groupNames(): string[] {
  return [...new Set(groupVersions.map(({ group }) => group))].filter((group) => group !== "");
}

function groupOf(name: string) {
  const versions = versionsOf(name).map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList({ group, version }: GroupVersion) {
  const served = resources.filter((resource) => resource.group === group && resource.version === version);
  const [first] = served;
  if (first === undefined) return undefined;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOfResource(first),
    resources: served.flatMap((resource) => [
      resourceEntry(resource),
      ...resource.subresources.map(subresourceEntry(resource)),
    ]),
  };
}

function resourceEntry(resource: AnyResource) {
  const { plural, singular, namespaced, kind, shortNames, categories } = resource;
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: objectVerbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
}

function subresourceEntry({ plural, namespaced, kind }: AnyResource) {
  return (subresource: Subresource) => {
    const { verbs, kind: own = kind } = subresourceVerbs[subresource];
    return { name: `${plural}/${subresource}`, singularName: "", namespaced, kind: own, verbs };
  };
}
