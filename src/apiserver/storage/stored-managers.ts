/** `managedFields` as they are stored: in full they would be as large as the object that they are about. */
import { entryOfText, type ManagedFieldsEntry, textOfEntry } from "../../api/managed-fields/fields-entry.ts";
import type { ObjectMeta } from "../../api/meta/object-meta.ts";

/** With each field set as short text, where it is one that the server has made. */
export function packManagers(metadata: ObjectMeta): unknown {
  const { managedFields } = metadata;
  return managedFields === undefined ? metadata : { ...metadata, managedFields: managedFields.map(packEntry) };
}

function packEntry(entry: ManagedFieldsEntry): unknown {
  const text = textOfEntry(entry);
  if (text === undefined) return entry;
  const { manager, operation, apiVersion, time, subresource } = entry;
  return { manager, operation, apiVersion, time, subresource, fieldsV1: text };
}

/** Entries as `packManagers` left them, as clients see them. */
export function unpackManagers(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  return entries.map((entry) => {
    const { fieldsV1, ...head } = entry;
    const text: unknown = fieldsV1;
    return typeof text === "string" ? entryOfText(head, text) : entry;
  });
}
