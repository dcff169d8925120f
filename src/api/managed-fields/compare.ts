/** Which fields differ between two versions of an object. */
import { ownValue } from "../../lib/own-value.ts";
import { sameJson } from "../../lib/same-json.ts";
import { isPlainObject } from "../meta/schema.ts";
import { divide } from "./divide.ts";
import { emptyFieldSet, type FieldNode, type FieldSet, fieldNode, leafNode } from "./field-set.ts";
import type { FieldType, KeyField } from "./field-type.ts";
import { fieldElement, keyElement } from "./path-element.ts";

export interface Differences {
  /** New or of another value. */
  readonly changed: FieldSet;
  /** In the version before and not in the one after. */
  readonly removed: FieldSet;
}

interface Growing {
  readonly changed: Map<string, FieldNode>;
  readonly removed: Map<string, FieldNode>;
}

/** Both versions are of the type; what they share is not looked at. */
export function compareFields(before: unknown, after: unknown, type: FieldType): Differences {
  const found = growing();
  compareParts(before, after, type, found);
  return found;
}

const nothing: Growing = growing();

function growing(): Growing {
  return { changed: new Map(), removed: new Map() };
}

/** False where there are no parts to compare: the two are leaves. */
function compareParts(before: unknown, after: unknown, type: FieldType, found: Growing): boolean {
  if (isPlainObject(before) && isPlainObject(after)) return compareObjects(before, after, type, found);
  if (type.type === "list" && Array.isArray(before) && Array.isArray(after) && sameKeys(before, after, type.keys)) {
    compareInPlace(before, after, type, found);
    return before.length > 0;
  }
  const old = divide(before, type);
  const now = divide(after, type);
  // An object in place of a plain value, or the other way round, is another value altogether.
  if (old === undefined || now === undefined || old.size + now.size === 0) return false;
  for (const [element, part] of now) {
    const known = old.get(element)?.value;
    if (known !== part.value) comparePart(element, known, part.value, part.type, found);
  }
  for (const [element, part] of old) {
    if (!now.has(element)) comparePart(element, part.value, undefined, part.type, found);
  }
  return true;
}

type PlainObject = Readonly<Record<string, unknown>>;

/** Most of most objects is the same, and is left at once. */
function compareObjects(before: PlainObject, after: PlainObject, type: FieldType, found: Growing): boolean {
  if (type.type !== "struct" && type.type !== "map" && type.type !== "unknown") return false;
  let parts = 0;
  for (const name of Object.keys(after)) {
    const old = fieldOf(before, name);
    const now = fieldOf(after, name);
    parts += 1;
    if (old !== now) comparePart(fieldElement(name), old, now, typeOf(type, name), found);
  }
  for (const name of Object.keys(before)) {
    if (Object.hasOwn(after, name)) continue;
    parts += 1;
    comparePart(fieldElement(name), fieldOf(before, name), undefined, typeOf(type, name), found);
  }
  return parts > 0;
}

function fieldOf(object: PlainObject, name: string): unknown {
  return ownValue(object, name) ?? undefined;
}

function typeOf(type: Extract<FieldType, { type: "struct" | "map" | "unknown" }>, name: string): FieldType {
  if (type.type === "struct") return type.field(name);
  return type.type === "map" ? type.values : type;
}

/** Whether elements with the same keys are at the same places, so that they need not be looked up. */
function sameKeys(before: readonly unknown[], after: readonly unknown[], keys: readonly KeyField[]): boolean {
  if (before.length !== after.length) return false;
  return after.every((element, index) => {
    const old = before[index];
    if (!isPlainObject(old) || !isPlainObject(element)) return false;
    return keys.every(({ name }) => {
      const value = ownValue(element, name);
      return value !== undefined && typeof value !== "object" && value === ownValue(old, name);
    });
  });
}

function compareInPlace(
  before: readonly unknown[],
  after: readonly unknown[],
  { keys, element: type }: Extract<FieldType, { type: "list" }>,
  found: Growing,
): void {
  for (const [index, element] of after.entries()) {
    const old = before[index];
    if (old === element) continue;
    const below = growing();
    compareParts(old, element, type, below);
    if (below.changed.size + below.removed.size > 0) keep(keyElement(element, keys) ?? "", false, below, found);
  }
}

/** The two are not the very same value, and at least one of them is there. */
function comparePart(element: string, before: unknown, after: unknown, type: FieldType, found: Growing): void {
  if (before === undefined && after === undefined) return;
  if (before === undefined) found.changed.set(element, wholeNode(after, type));
  else if (after === undefined) found.removed.set(element, wholeNode(before, type));
  else {
    const isPlain = typeof before !== "object" && typeof after !== "object";
    const below = isPlain ? nothing : growing();
    const isDivided = !isPlain && compareParts(before, after, type, below);
    const isChanged = !isDivided && (isPlain || !sameJson(before, after));
    keep(element, isChanged, below, found);
  }
}

function keep(element: string, isChanged: boolean, below: Growing, found: Growing): void {
  const changed = fieldNode(isChanged, below.changed);
  const removed = fieldNode(false, below.removed);
  if (changed !== undefined) found.changed.set(element, changed);
  if (removed !== undefined) found.removed.set(element, removed);
}

/** A value that is all new or all gone: every part of it, and what is around each. */
function wholeNode(value: unknown, type: FieldType): FieldNode {
  return typeof value === "object" ? { owned: true, below: wholeFields(value, type) } : leafNode;
}

function wholeFields(value: unknown, type: FieldType): FieldSet {
  const parts = divide(value, type);
  if (parts === undefined || parts.size === 0) return emptyFieldSet;
  const fields = new Map<string, FieldNode>();
  for (const [element, part] of parts) fields.set(element, wholeNode(part.value, part.type));
  return fields;
}
