/**
 * Objects as the store keeps them: JSON in the version that their kind is stored in, without `resourceVersion`, which
 * is the revision of the key's last change. A second line says where in the first one `metadata` ends, and then who set
 * which fields: `object-text.ts` makes of the two what clients are sent, without reading either.
 */
import type { ManagedFieldsEntry } from "../../api/managed-fields/fields-entry.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { findResourceOfKind } from "../../api/resources.ts";
import type { Revision } from "../../store/types.ts";
import { packManagers, unpackManagers } from "./stored-managers.ts";

/** What was stored has been parsed by its kind's schema before: here it is trusted. */
export function decodeObject(value: string, revision: Revision): ApiObject {
  const { text, managers } = divideStored(value);
  const object = JSON.parse(text) as ApiObject;
  const { metadata } = object;
  metadata.resourceVersion = String(revision);
  const entries: readonly ManagedFieldsEntry[] | undefined =
    managers === undefined ? metadata.managedFields : JSON.parse(managers);
  if (entries !== undefined) metadata.managedFields = unpackManagers(entries);
  return object;
}

/** `object` in any version of its kind. */
export function encodeObject(object: ApiObject): string {
  const stored = findResourceOfKind(object.apiVersion, object.kind)?.conversion?.toStored(object) ?? object;
  const { kind, apiVersion, metadata, ...rest } = stored;
  const { resourceVersion: _, managedFields, ...lasting } = metadata;
  const head = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${JSON.stringify(lasting)}`;
  const tail = JSON.stringify(rest);
  const managers = managedFields === undefined ? "" : JSON.stringify(packManagers(managedFields));
  return `${head}${tail === "{}" ? "}" : `,${tail.slice(1)}`}\n${head.length - 1}${managers}`;
}

/** The lines of what `encodeObject` wrote; JSON has no line break that it does not escape. */
export interface StoredLines {
  readonly text: string;
  /** The place of the bracket that closes `metadata`; absent where there is one line, as once there was. */
  readonly metadataEnd?: number;
  /** Packed. */
  readonly managers?: string;
}

export function divideStored(value: string): StoredLines {
  const line = value.lastIndexOf("\n");
  if (line < 0) return { text: value };
  const text = value.slice(0, line);
  const managersAt = value.indexOf("[", line);
  if (managersAt < 0) return { text, metadataEnd: Number(value.slice(line + 1)) };
  return { text, metadataEnd: Number(value.slice(line + 1, managersAt)), managers: value.slice(managersAt) };
}
