/** `managedFields` as they are stored: in full they would be as large as the object that they are about. */
import { fieldsV1FromText, textOfFieldsV1 } from "../../api/managed-fields/shared-fields.ts";
import type { ObjectMeta } from "../../api/meta/object-meta.ts";

type Entry = NonNullable<ObjectMeta["managedFields"]>[number];

/** With each field set as short text, where it is one that the server has made. */
export function packManagers(metadata: ObjectMeta): unknown {
  const { managedFields } = metadata;
  return managedFields === undefined ? metadata : { ...metadata, managedFields: managedFields.map(packEntry) };
}

function packEntry(entry: Entry): unknown {
  const { fieldsV1, fieldsType, ...rest } = entry;
  const text = fieldsV1 === undefined ? undefined : textOfFieldsV1(fieldsV1);
  return text === undefined ? entry : { ...rest, fieldsV1: text };
}

/** Entries as `packManagers` left them, in full. */
export function unpackManagers(entries: readonly Entry[]): Entry[] {
  return entries.map((entry) => {
    const text: unknown = entry.fieldsV1;
    return typeof text === "string" ? { ...entry, fieldsType: "FieldsV1", fieldsV1: fieldsV1FromText(text) } : entry;
  });
}
