/** What the API server says it serves, in the documents that every version of kubectl understands. */
import { type AnyResource, apiVersionOfResource } from "../../api/resource.ts";
import { type GroupVersion, groupVersions, resources } from "../../api/resources.ts";
import { type Subresource, subresourceEntry } from "../../api/subresources.ts";
import type { Route } from "./route.ts";

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
      ...resource.subresources.map(toSubresourceEntry(resource)),
    ]),
  };
}

function resourceEntry(resource: AnyResource) {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories } = resource;
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
}

function toSubresourceEntry({ plural, namespaced, kind: ownKind }: AnyResource) {
  return (subresource: Subresource) => {
    const { verbs, kind, group, version } = subresourceEntry(subresource, ownKind);
    return {
      name: `${plural}/${subresource}`,
      singularName: "",
      namespaced,
      ...(group && { group, version }),
      kind,
      verbs,
    };
  };
}
