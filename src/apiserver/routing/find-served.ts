import type { AnyResource } from "../../api/resource.ts";
import { findResource } from "../../api/resources.ts";
import type { ResourcePath } from "./route.ts";

/** The kind that is served at `path`: a kind's scope and the path's must agree. A namespaced kind may be listed everywhere. */
export function findServed({ group, version, plural, namespace, name }: ResourcePath): AnyResource | undefined {
  const resource = findResource(group, version, plural);
  if (resource === undefined) return undefined;
  const isInPlace = resource.namespaced ? namespace !== undefined || name === undefined : namespace === undefined;
  return isInPlace ? resource : undefined;
}
