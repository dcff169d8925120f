/**
 * Entries of `managedFields` as the server holds them: with short text in place of their fields, which are nothing but
 * shown to clients. Each looks like any other object; its `fieldsV1` is made when somebody reads it.
 */
import type { ObjectMeta } from "../meta/object-meta.ts";
import { emptyFieldSet, type FieldSet } from "./field-set.ts";
import { fieldSetText, fieldsV1Json, parseFieldSetText } from "./field-set-text.ts";
import { fromFieldsV1, toFieldsV1 } from "./fields-v1.ts";

export type ManagedFieldsEntry = NonNullable<ObjectMeta["managedFields"]>[number];
type EntryHead = Omit<ManagedFieldsEntry, "fieldsV1" | "fieldsType">;

/** What an entry's fields are made from. Other forms are kept as long as somebody uses them. */
interface Source {
  readonly text: string;
  fields?: WeakRef<FieldSet>;
  shown?: WeakRef<Record<string, unknown>>;
}

const sources = new WeakMap<object, Source>();

export function entryOfFields(head: EntryHead, fields: FieldSet): ManagedFieldsEntry {
  return entryOf(head, { text: fieldSetText(fields), fields: new WeakRef(fields) });
}

export function entryOfText(head: EntryHead, text: string): ManagedFieldsEntry {
  return entryOf(head, { text });
}

function entryOf(head: EntryHead, source: Source): ManagedFieldsEntry {
  const { subresource, ...rest } = head;
  const entry = {
    ...rest,
    fieldsType: "FieldsV1",
    get fieldsV1() {
      return shownBy(source);
    },
    ...(subresource !== undefined && { subresource }),
  };
  sources.set(entry, source);
  return entry;
}

/** The JSON of fields that come again and again: objects that are made alike are set alike. Oldest first. */
const shownTexts = new Map<string, string>();
const shownTextsMax = 256;
/** Longer ones are of objects that have no like. */
const keptLengthMax = 4_096;

/** The JSON of the `fieldsV1` that `text` stands for. */
export function fieldsText(text: string): string {
  const known = shownTexts.get(text);
  if (known !== undefined) return known;
  const shown = fieldsV1Json(text);
  if (shown.length > keptLengthMax) return shown;
  shownTexts.set(text, shown);
  for (const oldest of shownTexts.keys()) {
    if (shownTexts.size <= shownTextsMax) break;
    shownTexts.delete(oldest);
  }
  return shown;
}

function shownBy(source: Source): Record<string, unknown> {
  const known = source.shown?.deref();
  if (known !== undefined) return known;
  const made: Record<string, unknown> = { ...toFieldsV1(fieldsOfSource(source)) };
  source.shown = new WeakRef(made);
  return made;
}

function fieldsOfSource(source: Source): FieldSet {
  const known = source.fields?.deref();
  if (known !== undefined) return known;
  const read = parseFieldSetText(source.text);
  source.fields = new WeakRef(read);
  return read;
}

/** Undefined where a client sent something that is no field set. */
export function fieldsOfEntry(entry: ManagedFieldsEntry): FieldSet | undefined {
  const source = sources.get(entry);
  if (source !== undefined) return fieldsOfSource(source);
  return entry.fieldsV1 === undefined ? emptyFieldSet : fromFieldsV1(entry.fieldsV1);
}

/** What an entry that the server made is stored as; undefined for any other. */
export function textOfEntry(entry: ManagedFieldsEntry): string | undefined {
  return sources.get(entry)?.text;
}
