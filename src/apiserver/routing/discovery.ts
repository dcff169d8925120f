/** What the API server says it serves, in the documents that every version of kubectl understands. */
import { type AnyResource, apiVersionOfResource } from "../../api/resource.ts";
import { type Subresource, subresourceEntry } from "../../api/subresources.ts";
import { preferredVersion } from "./preferred-version.ts";
import type { Route } from "./route.ts";
import { type ServedGroup, servedGroups } from "./served-groups.ts";

/** The document at `route`, for the program that asks; undefined where nothing is served there. */
export function discover(
  route: Exclude<Route, { type: "resource" }>,
  resources: readonly AnyResource[],
  userAgent?: string,
): unknown {
  const groups = servedGroups(resources);
  const named = groups.filter(({ name }) => name !== "");
  switch (route.type) {
    case "coreVersions": {
      const versions = groups.find(({ name }) => name === "")?.versions.map(({ version }) => version);
      return { kind: "APIVersions", versions, serverAddressByClientCIDRs: [] };
    }
    case "groups":
      return { kind: "APIGroupList", apiVersion: "v1", groups: named.map((group) => groupOf(group, userAgent)) };
    case "group": {
      const group = named.find(({ name }) => name === route.group);
      return group && { kind: "APIGroup", apiVersion: "v1", ...groupOf(group, userAgent) };
    }
    case "groupVersion": {
      const group = groups.find(({ name }) => name === route.group);
      const found = group?.versions.find(({ version }) => version === route.version);
      return found && resourceList(found.resources);
    }
  }
}

function groupOf(group: ServedGroup, userAgent: string | undefined) {
  const { name, versions: served } = group;
  const versions = served.map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  const preferred = preferredVersion(group, userAgent);
  return { name, versions, preferredVersion: versions.find(({ version }) => version === preferred) };
}

function resourceList(served: readonly AnyResource[]) {
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: served[0] && apiVersionOfResource(served[0]),
    resources: served.flatMap((resource) => [
      resourceEntry(resource),
      ...resource.subresources.map(toSubresourceEntry(resource)),
    ]),
  };
}

function resourceEntry({ plural, singular, namespaced, kind, verbs, shortNames, categories }: AnyResource) {
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
