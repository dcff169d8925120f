/** Where objects live in the store: `/registry/<group or core>/<plural>/<namespace>/<name>`. */
import type { AnyResource } from "../../api/resource.ts";
import type { StoreKey } from "../../store/types.ts";

export interface ObjectRef {
  /** Only for a namespaced kind. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

type Kind = Pick<AnyResource, "group" | "plural" | "namespaced" | "conversion">;

export function objectKey(kind: Kind, { namespace, name }: ObjectRef): StoreKey {
  return `${collectionPrefix(kind, namespace)}${name}`;
}

/** Ends with a slash, so that it is the prefix of no other collection. All namespaces where none is given. */
export function collectionPrefix(served: Kind, namespace: string | undefined): StoreKey {
  const { group, plural, namespaced } = served.conversion?.stored ?? served;
  const kind = `/registry/${group === "" ? "core" : group}/${plural}/`;
  return namespaced && namespace !== undefined ? `${kind}${namespace}/` : kind;
}
