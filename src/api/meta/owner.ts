import type { ApiObject, OwnerReference } from "./object-meta.ts";

/** The owner that manages the object; an object has at most one. */
export function controllerOf(object: ApiObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}
