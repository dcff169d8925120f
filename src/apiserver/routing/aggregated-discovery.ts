/** All groups with their kinds in one document, as kubectl asks for it since 1.27 in place of one document a version. */
import type { AnyResource } from "../../api/resource.ts";
import { subresourceEntry } from "../../api/subresources.ts";
import { type ServedVersion, servedGroups } from "./served-groups.ts";

export type AggregatedVersion = "v2" | "v2beta1";

/** The core group alone for `/api`, all others for `/apis`. */
export function aggregatedDiscovery(
  resources: readonly AnyResource[],
  root: "/api" | "/apis",
  version: AggregatedVersion,
) {
  const groups = servedGroups(resources).filter(({ name }) => (name === "") === (root === "/api"));
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: { name, creationTimestamp: null },
      versions: versions.map(versionEntry),
    })),
  };
}

function versionEntry({ version, resources }: ServedVersion) {
  return { version, freshness: "Current", resources: resources.map(resourceEntry) };
}

function resourceEntry(resource: AnyResource) {
  const { plural, singular, kind, group, version, namespaced, verbs, shortNames, categories, subresources } = resource;
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((subresource) => {
        const entry = subresourceEntry(subresource, kind);
        const responseKind = { group: entry.group ?? group, version: entry.version ?? version, kind: entry.kind };
        return { subresource, responseKind, verbs: entry.verbs };
      }),
    }),
  };
}
