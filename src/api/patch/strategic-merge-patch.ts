/**
 * Strategic merge patches: merge patches that know from the schema which lists are merged element by element, and by
 * which key. This is what `kubectl apply` and `kubectl edit` send.
 */
import type { z } from "zod";
import { canonicalJson } from "../../lib/canonical-json.ts";
import { ApiError } from "../api-error.ts";
import { isPlainObject } from "../meta/schema.ts";
import { elementSchema, fieldSchema, type Unwrapped, unwrap } from "../meta/schema-walk.ts";
import { orderElements } from "./element-order.ts";
import { fieldMap, type JsonObject, refuseDeepNesting } from "./json-value.ts";

const directive = "$patch";
const retainKeys = "$retainKeys";
const orderPrefix = "$setElementOrder/";
const deletePrefix = "$deleteFromPrimitiveList/";

/**
 * Applies the patch by the schema of the object's kind and returns the patched object; the arguments stay as they are.
 * Fields that the schema does not know are merged as by a JSON merge patch. Throws `ApiError` for a malformed patch.
 */
export function applyStrategicMergePatch(target: JsonObject, patch: unknown, schema: z.core.$ZodType): JsonObject {
  if (!isPlainObject(patch)) throw ApiError.badRequest("a strategic merge patch must be an object");
  refuseDeepNesting(patch);
  return mergeObjects(target, patch, unwrap(schema));
}

function mergeObjects(target: unknown, patch: JsonObject, schema: Unwrapped | undefined): JsonObject {
  const mode = Object.hasOwn(patch, directive) ? patch[directive] : "merge";
  if (mode === "delete") return {};
  if (mode !== "merge" && mode !== "replace") throw malformed(directive, `must be merge, replace or delete`);
  const merged = fieldMap(mode === "replace" ? {} : target);
  if (Object.hasOwn(patch, retainKeys)) keepOnly(merged, listOf(patch[retainKeys], retainKeys));
  for (const [key, value] of Object.entries(patch)) {
    if (isDirective(key)) continue;
    if (value === null) merged.delete(key);
    else merged.set(key, mergeValue(merged.get(key), value, fieldSchema(schema, key)));
  }
  // Deletions and orders may come without a change of the list that they are about.
  for (const [key, value] of Object.entries(patch))
    if (key.startsWith(deletePrefix)) deleteElements(merged, key.slice(deletePrefix.length), listOf(value, key));
  for (const [key, value] of Object.entries(patch))
    if (key.startsWith(orderPrefix)) {
      const field = key.slice(orderPrefix.length);
      setOrder(merged, field, listOf(value, key), target, fieldSchema(schema, field)?.meta.mergeKey);
    }
  return Object.fromEntries(merged);
}

function isDirective(key: string): boolean {
  return key === directive || key === retainKeys || key.startsWith(orderPrefix) || key.startsWith(deletePrefix);
}

function mergeValue(current: unknown, patch: unknown, schema: Unwrapped | undefined): unknown {
  const strategies = schema?.meta.patchStrategies ?? [];
  if (isPlainObject(patch)) return mergeObjects(strategies.includes("replace") ? {} : current, patch, schema);
  if (!Array.isArray(patch)) return patch;
  const elements: readonly unknown[] = patch;
  if (!strategies.includes("merge"))
    return elements.map((element) => mergeValue(undefined, element, elementSchema(schema)));
  const present: readonly unknown[] = Array.isArray(current) ? current : [];
  const key = schema?.meta.mergeKey;
  return key === undefined ? mergeSets(present, elements) : mergeLists(present, elements, key, elementSchema(schema));
}

function mergeSets(current: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const known = new Set(current.map(canonicalJson));
  return [...current, ...patch.filter((value) => !known.has(canonicalJson(value)))];
}

function mergeLists(
  current: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  schema: Unwrapped | undefined,
): unknown[] {
  const changes = patch.map((element) => asElement(element, key));
  const replaces = changes.some((change) => change[directive] === "replace");
  const merged: unknown[] = replaces ? [] : [...current];
  const places = new Map<string, number>();
  for (const [index, element] of merged.entries()) {
    const identity = identityOf(element, key);
    if (!places.has(identity)) places.set(identity, index);
  }
  const deleted = new Set<string>();
  for (const change of changes) {
    const mode = Object.hasOwn(change, directive) ? change[directive] : "merge";
    // An element that says no more than `$patch: replace` stands for the list.
    if (mode === "replace" && !Object.hasOwn(change, key)) continue;
    if (keyOf(change, key) === undefined) throw malformed(key, "every element of this list must have this field");
    const identity = identityOf(change, key);
    if (mode === "delete") {
      deleted.add(identity);
      continue;
    }
    const content = withoutDirective(change);
    const place = places.get(identity);
    if (place === undefined) places.set(identity, merged.push(mergeObjects({}, content, schema)) - 1);
    else merged[place] = mergeObjects(merged[place], content, schema);
  }
  return deleted.size === 0 ? merged : merged.filter((element) => !deleted.has(identityOf(element, key)));
}

/** Equal for elements whose keys are equal. */
function identityOf(element: unknown, key: string): string {
  return canonicalJson(keyOf(element, key));
}

function asElement(element: unknown, key: string): JsonObject {
  if (!isPlainObject(element)) throw malformed(key, "every element of this list must be an object with this field");
  return element;
}

function keyOf(element: unknown, key: string): unknown {
  return isPlainObject(element) && Object.hasOwn(element, key) ? element[key] : undefined;
}

function withoutDirective({ [directive]: _, ...content }: JsonObject): JsonObject {
  return content;
}

function keepOnly(fields: Map<string, unknown>, names: readonly unknown[]): void {
  const kept = new Set(names);
  for (const name of [...fields.keys()]) if (!kept.has(name)) fields.delete(name);
}

function deleteElements(fields: Map<string, unknown>, field: string, values: readonly unknown[]): void {
  const list = fields.get(field);
  if (!Array.isArray(list)) return;
  const deleted = new Set(values.map(canonicalJson));
  fields.set(
    field,
    list.filter((element: unknown) => !deleted.has(canonicalJson(element))),
  );
}

function setOrder(
  fields: Map<string, unknown>,
  field: string,
  order: readonly unknown[],
  target: unknown,
  mergeKey: string | undefined,
): void {
  const list = fields.get(field);
  if (!Array.isArray(list)) return;
  const identify = (element: unknown) => (mergeKey === undefined ? element : keyOf(element, mergeKey));
  const before = fieldMap(target).get(field);
  const present: readonly unknown[] = Array.isArray(before) ? before : [];
  fields.set(field, orderElements(list, order.map(identify), present.map(identify), identify));
}

function listOf(value: unknown, key: string): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(key, "must be a list");
  return value;
}

function malformed(key: string, why: string): ApiError {
  return ApiError.badRequest(`the strategic merge patch is malformed: ${key}: ${why}`);
}
