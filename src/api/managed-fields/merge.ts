/** An applied configuration laid over the live object, and what its applier no longer wants taken away. */
import { isPlainObject } from "../meta/schema.ts";
import { orderElements } from "../patch/element-order.ts";
import { fieldMap } from "../patch/json-value.ts";
import { divide } from "./divide.ts";
import { emptyFieldSet, type FieldSet } from "./field-set.ts";
import type { FieldType } from "./field-type.ts";
import { keyElement, valueElement } from "./path-element.ts";

/** The live value with everything that `applied` says; neither is changed. */
export function mergeApplied(live: unknown, applied: unknown, type: FieldType): unknown {
  const old = divide(live, type);
  const now = divide(applied, type);
  if (old === undefined || now === undefined) return applied;
  if (Array.isArray(live) && Array.isArray(applied)) return mergeLists(live, applied, type);
  const merged = fieldMap(live);
  for (const [element, part] of now) {
    const name = element.slice(2);
    merged.set(name, mergeApplied(old.get(element)?.value, part.value, part.type));
  }
  return Object.fromEntries(merged);
}

/** Elements of both, in the order that the applier wishes, the others where they were. */
function mergeLists(live: readonly unknown[], applied: readonly unknown[], type: FieldType): unknown[] {
  const identityOf = (element: unknown) => identity(element, type);
  const wished = new Map(applied.map((element) => [identityOf(element), element]));
  const present = new Set(live.map(identityOf));
  const elementType = type.type === "list" ? type.element : type;
  const merged = live.map((element) => {
    const wish = wished.get(identityOf(element));
    return wish === undefined ? element : mergeApplied(element, wish, elementType);
  });
  for (const [name, element] of wished) if (!present.has(name)) merged.push(element);
  return orderElements(merged, [...wished.keys()], [...present], identityOf);
}

function identity(element: unknown, type: FieldType): string {
  if (type.type === "list") return keyElement(element, type.keys) ?? "";
  return valueElement(element);
}

/**
 * Removes what `last` has and `kept` has not: what an applier applied before, does not apply now, and nobody else
 * claims. An element goes with all that is in it, unless somebody claims any of that.
 */
export function prune(value: unknown, type: FieldType, last: FieldSet, kept: FieldSet): unknown {
  const parts = divide(value, type);
  if (parts === undefined || last.size === 0) return value;
  const gone = new Set<string>();
  const pruned = new Map<string, unknown>();
  for (const [element, node] of last) {
    const part = parts.get(element);
    if (part === undefined) continue;
    const claim = kept.get(element);
    // A field that its kind names is in nobody's set by itself, only by what is in it.
    if (claim === undefined && (node.owned || part.isNamed)) gone.add(element);
    else pruned.set(element, prune(part.value, part.type, node.below, claim?.below ?? emptyFieldSet));
  }
  if (Array.isArray(value)) return pruneList(value, type, gone, pruned);
  const entries = isPlainObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    entries
      .filter(([name]) => !gone.has(`f:${name}`))
      .map(([name, field]) => [name, pruned.has(`f:${name}`) ? pruned.get(`f:${name}`) : field]),
  );
}

function pruneList(
  list: readonly unknown[],
  type: FieldType,
  gone: ReadonlySet<string>,
  pruned: ReadonlyMap<string, unknown>,
): unknown[] {
  return list
    .filter((element) => !gone.has(identity(element, type)))
    .map((element) => {
      const name = identity(element, type);
      return pruned.has(name) ? pruned.get(name) : element;
    });
}
