/**
 * One `fieldsV1` in memory for all objects with the same field set, as the pods of one controller have: a thousand of
 * them must not cost a thousand copies. They are never changed.
 */
import type { FieldSet } from "./field-set.ts";
import { fieldSetText, parseFieldSetText } from "./field-set-text.ts";
import { toFieldsV1 } from "./fields-v1.ts";

export type FieldsV1Entry = Record<string, unknown>;

const held = new Map<string, WeakRef<FieldsV1Entry>>();
const texts = new WeakMap<object, string>();
const released = new FinalizationRegistry<string>((text) => {
  if (held.get(text)?.deref() === undefined) held.delete(text);
});

/** Of sets that were shown before: most writes change the fields of one manager, or of none. */
const shown = new WeakMap<FieldSet, FieldsV1Entry>();

/** The one that shows `fields`. */
export function sharedFieldsV1(fields: FieldSet): FieldsV1Entry {
  const known = shown.get(fields);
  if (known !== undefined) return known;
  const entry = share(fieldSetText(fields), () => fields);
  shown.set(fields, entry);
  return entry;
}

/** The one that was stored as `text`. */
export function fieldsV1FromText(text: string): FieldsV1Entry {
  return share(text, () => parseFieldSetText(text));
}

/** What a shared one is stored as; undefined for any other. */
export function textOfFieldsV1(fieldsV1: object): string | undefined {
  return texts.get(fieldsV1);
}

function share(text: string, fields: () => FieldSet): FieldsV1Entry {
  const known = held.get(text)?.deref();
  if (known !== undefined) return known;
  const made: FieldsV1Entry = { ...toFieldsV1(fields()) };
  held.set(text, new WeakRef(made));
  texts.set(made, text);
  released.register(made, text);
  return made;
}
