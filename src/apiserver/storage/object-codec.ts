/**
 * Objects as the store keeps them: JSON in the version that their kind is stored in, without `resourceVersion`, which
 * is the revision of the key's last change.
 */
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { findResourceOfKind } from "../../api/resources.ts";
import type { Revision } from "../../store/types.ts";
import { packManagers, unpackManagers } from "./stored-managers.ts";

/** What was stored has been parsed by its kind's schema before: here it is trusted. */
export function decodeObject(value: string, revision: Revision): ApiObject {
  const object = JSON.parse(value) as ApiObject;
  object.metadata.resourceVersion = String(revision);
  const { managedFields } = object.metadata;
  if (managedFields !== undefined) object.metadata.managedFields = unpackManagers(managedFields);
  return object;
}

/** `object` in any version of its kind. */
export function encodeObject(object: ApiObject): string {
  const stored = findResourceOfKind(object.apiVersion, object.kind)?.conversion?.toStored(object) ?? object;
  const { resourceVersion: _, ...metadata } = stored.metadata;
  return JSON.stringify({ ...stored, metadata: packManagers(metadata) });
}
