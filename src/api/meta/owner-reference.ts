/** Owners: the objects that an object belongs to. */
import { assert } from "../../lib/assert.ts";
import type { ApiObject, OwnerReference } from "./object-meta.ts";

/** The reference by which `owner` controls what carries it. The owner must be stored, and so have a uid. */
export function controllerReference(owner: ApiObject): OwnerReference {
  const { name, uid } = owner.metadata;
  assert(uid !== undefined, "an owner is stored");
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The reference of the object that controls this one. */
export function controllerOf(object: Pick<ApiObject, "metadata">): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** Whether `owner` controls the object: by uid, so that a namesake does not. */
export function isControlledBy(object: Pick<ApiObject, "metadata">, owner: ApiObject): boolean {
  return owner.metadata.uid !== undefined && controllerOf(object)?.uid === owner.metadata.uid;
}
