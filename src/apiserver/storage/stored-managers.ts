/** `managedFields` as they are stored: in full they would be as large as the object that they are about. */
import {
  entryOfText,
  fieldsText,
  type ManagedFieldsEntry,
  textOfEntry,
} from "../../api/managed-fields/fields-entry.ts";

/** With each field set as short text, where it is one that the server has made. */
export function packManagers(entries: readonly ManagedFieldsEntry[]): readonly unknown[] {
  return entries.map(packEntry);
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

/** The JSON of what `unpackManagers` makes. */
export function managersText(packed: string): string {
  const entries: readonly ManagedFieldsEntry[] = JSON.parse(packed);
  return `[${entries.map(entryText).join(",")}]`;
}

function entryText(entry: ManagedFieldsEntry): string {
  const { fieldsV1, subresource, ...head } = entry;
  const text: unknown = fieldsV1;
  if (typeof text !== "string") return JSON.stringify(entry);
  const before = JSON.stringify({ ...head, fieldsType: "FieldsV1" }).slice(0, -1);
  const after = subresource === undefined ? "" : `,"subresource":${JSON.stringify(subresource)}`;
  return `${before},"fieldsV1":${fieldsText(text)}${after}}`;
}
