/** Objects as the store keeps them: JSON without `resourceVersion`, which is the revision of the key's last change. */
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { Revision } from "../../store/types.ts";

/** What was stored has been parsed by its kind's schema before: here it is trusted. */
export function decodeObject(value: string, revision: Revision): ApiObject {
  const object = JSON.parse(value) as ApiObject;
  object.metadata.resourceVersion = String(revision);
  return object;
}

export function encodeObject(object: ApiObject): string {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return JSON.stringify({ ...object, metadata });
}
