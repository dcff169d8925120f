/** Combinators that turn a JSON value into a Protocol Buffers field, so that a message is written as a table. */
import {
  boolField,
  bytesField,
  concatenate,
  doubleField,
  type Encoded,
  integerField,
  stringField,
} from "./protobuf-writer.ts";

/** Encodes `value` as the field with number `field`. A value of another type than the field's is a bug of the document. */
export type FieldEncoder = (field: number, value: unknown) => Encoded;

export interface MessageFields {
  readonly [name: string]: readonly [field: number, encode: FieldEncoder];
}

const none: Encoded = new Uint8Array(0);

export const string: FieldEncoder = (field, value) => stringField(field, String(value));
export const bool: FieldEncoder = (field, value) => boolField(field, value === true);
export const integer: FieldEncoder = (field, value) => integerField(field, Number(value));
export const double: FieldEncoder = (field, value) => doubleField(field, Number(value));

/** gnostic's `Any { yaml = 2 }`: JSON is YAML. */
export const any: FieldEncoder = (field, value) => bytesField(field, stringField(2, JSON.stringify(value)));

/** One field for each element of a list. */
export function repeated(encode: FieldEncoder): FieldEncoder {
  return (field, value) =>
    Array.isArray(value) ? concatenate(value.map((element) => encode(field, element))) : encode(field, value);
}

/** One `Named… { name = 1, value = 2 }` for each key of an object. */
export function entries(encode: FieldEncoder): FieldEncoder {
  return (field, value) =>
    concatenate(
      entriesOf(value).map(([name, entry]) => bytesField(field, concatenate([stringField(1, name), encode(2, entry)]))),
    );
}

/** A message around one field, which a `oneof` chooses by looking at the value. */
export function wrapped(choose: (value: unknown) => readonly [field: number, encode: FieldEncoder]): FieldEncoder {
  return (field, value) => {
    const [inner, encode] = choose(value);
    return bytesField(field, encode(inner, value));
  };
}

/** A message whose `x-…` keys go to the field `extensions`. Keys it does not name are left out. */
export function message(fields: () => MessageFields, extensions?: number): FieldEncoder {
  return (field, value) => bytesField(field, encodeMessage(fields(), extensions, value));
}

export function encodeMessage(fields: MessageFields, extensions: number | undefined, value: unknown): Encoded {
  return concatenate(
    entriesOf(value).map(([name, member]) => {
      if (extensions !== undefined && name.startsWith("x-")) return entries(any)(extensions, { [name]: member });
      const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return known === undefined || member === undefined ? none : known[1](known[0], member);
    }),
  );
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
