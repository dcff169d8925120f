/** Which fields differ between two versions of an object. */
import { ownValue } from "../../lib/own-value.ts";
import { sameJson } from "../../lib/same-json.ts";
import { isPlainObject } from "../meta/schema.ts";
import { divide } from "./divide.ts";
import { type FieldNode, type FieldSet, fieldNode } from "./field-set.ts";
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
  if ((old === undefined && now === undefined) || (old?.size ?? 0) + (now?.size ?? 0) === 0) return false;
  // An object in place of a plain value, or the other way round, is another value altogether.
  if ((old === undefined && before !== undefined) || (now === undefined && after !== undefined)) return false;
  for (const [element, part] of now ?? []) {
    comparePart(() => element, old?.get(element)?.value, part.value, part.type, found);
  }
  for (const [element, part] of old ?? []) {
    if (now?.has(element) !== true) comparePart(() => element, part.value, undefined, part.type, found);
  }
  return true;
}

type PlainObject = Readonly<Record<string, unknown>>;

/** Most of most objects is the same: names become path elements only where there is a difference. */
function compareObjects(before: PlainObject, after: PlainObject, type: FieldType, found: Growing): boolean {
  if (type.type !== "struct" && type.type !== "map" && type.type !== "unknown") return false;
  const names = Object.keys(after);
  for (const name of names) {
    comparePart(() => fieldElement(name), fieldOf(before, name), fieldOf(after, name), typeOf(type, name), found);
  }
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  for (const name of gone) {
    comparePart(() => fieldElement(name), fieldOf(before, name), undefined, typeOf(type, name), found);
  }
  return names.length + gone.length > 0;
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
    comparePart(() => keyElement(element, keys) ?? "", before[index], element, type, found);
  }
}

function comparePart(nameOf: () => string, before: unknown, after: unknown, type: FieldType, found: Growing): void {
  if (before === after) return;
  const isPlain = typeof (before ?? after) !== "object" && typeof (after ?? before) !== "object";
  const below = isPlain ? nothing : growing();
  const isDivided = !isPlain && compareParts(before, after, type, below);
  const isChanged = before === undefined || (!isDivided && after !== undefined && !sameJson(before, after));
  const changed = fieldNode(isChanged, below.changed);
  const removed = fieldNode(after === undefined, below.removed);
  if (changed === undefined && removed === undefined) return;
  const element = nameOf();
  if (changed !== undefined) found.changed.set(element, changed);
  if (removed !== undefined) found.removed.set(element, removed);
}
