import type { AnyResource } from "../../api/resource.ts";
import type { ServedKinds } from "../custom-kinds/served-kinds.ts";
import type { ResourcePath } from "./route.ts";

/** The kind that is served at `path`: a kind's scope and the path's must agree. A namespaced kind may be listed everywhere. */
export async function findServed(
  kinds: ServedKinds,
  { group, version, plural, namespace, name }: ResourcePath,
): Promise<AnyResource | undefined> {
  const resource = await kinds.find(group, version, plural);
  if (resource === undefined) return undefined;
  const isInPlace = resource.namespaced ? namespace !== undefined || name === undefined : namespace === undefined;
  return isInPlace ? resource : undefined;
}
