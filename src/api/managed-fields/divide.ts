/** A value taken apart into the fields that its type gives it. */
import { isPlainObject } from "../meta/schema.ts";
import type { FieldType } from "./field-type.ts";
import { fieldElement, keyElement, pathText, valueElement } from "./path-element.ts";

export interface Part {
  readonly value: unknown;
  readonly type: FieldType;
  /** Whether the kind names the field, so that it stands for nothing without what is in it. */
  readonly isNamed: boolean;
}

/** The parts by their path elements; undefined where the value is one whole. Fields that are undefined are absent. */
export function divide(value: unknown, type: FieldType): ReadonlyMap<string, Part> | undefined {
  switch (type.type) {
    case "atomic":
      return undefined;
    case "struct":
      return isPlainObject(value) ? divideObject(value, (name) => type.field(name), true) : undefined;
    case "map":
      return isPlainObject(value) ? divideObject(value, () => type.values, false) : undefined;
    case "unknown":
      return isPlainObject(value) ? divideObject(value, () => type, false) : undefined;
    case "set":
      return Array.isArray(value) ? divideSet(value) : undefined;
    case "list":
      return Array.isArray(value) ? divideList(value, type) : undefined;
  }
}

function divideObject(
  object: Readonly<Record<string, unknown>>,
  typeOf: (name: string) => FieldType,
  isNamed: boolean,
): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  for (const [name, value] of Object.entries(object)) {
    if (value !== undefined && value !== null) parts.set(fieldElement(name), { value, type: typeOf(name), isNamed });
  }
  return parts;
}

const atomic: FieldType = { type: "atomic" };

function divideSet(list: readonly unknown[]): ReadonlyMap<string, Part> {
  return new Map(list.map((value) => [valueElement(value), { value, type: atomic, isNamed: false }]));
}

/** Of elements with the same keys the last one counts; where an element has none of the keys the list is one whole. */
function divideList(
  list: readonly unknown[],
  { keys, element: type }: Extract<FieldType, { type: "list" }>,
): ReadonlyMap<string, Part> | undefined {
  const parts = new Map<string, Part>();
  for (const value of list) {
    const element = keyElement(value, keys);
    if (element === undefined) return undefined;
    parts.set(element, { value, type, isNamed: false });
  }
  return parts;
}

/** The path of an element that its list has twice, as nobody can apply it. */
export function findDuplicate(value: unknown, type: FieldType, path: readonly string[] = []): string | undefined {
  const parts = divide(value, type);
  if (parts === undefined) return undefined;
  if (Array.isArray(value) && parts.size < value.length) return pathText(path);
  for (const [element, part] of parts) {
    const found = findDuplicate(part.value, part.type, [...path, element]);
    if (found !== undefined) return found;
  }
  return undefined;
}
