/** Which of the Kubernetes API's places a path names; whether anything is there is for others to say. */

/** `/apis/apps/v1/namespaces/default/daemonsets/hello/status` taken apart. */
export interface ResourcePath {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

export type Route =
  | { readonly type: "resource"; readonly path: ResourcePath }
  /** `/api` */
  | { readonly type: "coreVersions" }
  /** `/apis` */
  | { readonly type: "groups" }
  /** `/apis/apps` */
  | { readonly type: "group"; readonly group: string }
  /** `/api/v1`, `/apis/apps/v1` */
  | { readonly type: "groupVersion"; readonly group: string; readonly version: string };

/** What follows a namespace's name in its own subresources, and so is no resource within it. */
const namespaceSubresources = new Set(["status", "finalize"]);

/** `path` is decoded and has no trailing slash. Undefined where it is no path of the API's shape. */
export function parseRoute(path: string): Route | undefined {
  const [root, ...rest] = path.split("/").slice(1);
  if (rest.includes("")) return undefined;
  if (root === "api") {
    const [version, ...within] = rest;
    return version === undefined ? { type: "coreVersions" } : withinVersion("", version, within);
  }
  if (root !== "apis") return undefined;
  const [group, version, ...within] = rest;
  if (group === undefined) return { type: "groups" };
  return version === undefined ? { type: "group", group } : withinVersion(group, version, within);
}

function withinVersion(group: string, version: string, segments: readonly string[]): Route | undefined {
  const [first, second, third, ...more] = segments;
  if (first === undefined) return { type: "groupVersion", group, version };
  const isNamespaced =
    first === "namespaces" && second !== undefined && third !== undefined && !namespaceSubresources.has(third);
  if (isNamespaced) return resourceRoute({ group, version, plural: third, namespace: second }, more);
  return resourceRoute({ group, version, plural: first }, segments.slice(1));
}

function resourceRoute(path: ResourcePath, segments: readonly string[]): Route | undefined {
  const [name, subresource, ...more] = segments;
  if (more.length > 0) return undefined;
  return {
    type: "resource",
    path: { ...path, ...(name !== undefined && { name }), ...(subresource !== undefined && { subresource }) },
  };
}
