/**
 * Strategic merge patches: merge patches that know from the schema which lists are merged element by element, and by
 * which key. This is what `kubectl apply` and `kubectl edit` send.
 */
import type { z } from "zod";
import { sameJson } from "../../lib/same-json.ts";
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
  return [...current, ...patch.filter((value) => !current.some((known) => sameJson(known, value)))];
}

function mergeLists(
  current: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  schema: Unwrapped | undefined,
): unknown[] {
  const changes = patch.map((element) => asElement(element, key));
  const replaces = changes.some((change) => change[directive] === "replace");
  let merged: unknown[] = replaces ? [] : [...current];
  for (const change of changes) {
    const mode = Object.hasOwn(change, directive) ? change[directive] : "merge";
    // An element that says no more than `$patch: replace` stands for the list.
    if (mode === "replace" && !Object.hasOwn(change, key)) continue;
    const identity = keyOf(change, key);
    if (identity === undefined) throw malformed(key, "every element of this list must have this field");
    if (mode === "delete") merged = merged.filter((element) => !sameJson(keyOf(element, key), identity));
    else {
      const content = withoutDirective(change);
      const index = merged.findIndex((element) => sameJson(keyOf(element, key), identity));
      if (index < 0) merged.push(mergeObjects({}, content, schema));
      else merged[index] = mergeObjects(merged[index], content, schema);
    }
  }
  return merged;
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
  for (const name of [...fields.keys()]) if (!names.includes(name)) fields.delete(name);
}

function deleteElements(fields: Map<string, unknown>, field: string, values: readonly unknown[]): void {
  const list = fields.get(field);
  if (!Array.isArray(list)) return;
  fields.set(
    field,
    list.filter((element: unknown) => !values.some((value) => sameJson(value, element))),
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
  const identityOf = (element: unknown) => (mergeKey === undefined ? element : keyOf(element, mergeKey));
  const before = fieldMap(target).get(field);
  const present: readonly unknown[] = Array.isArray(before) ? before : [];
  fields.set(field, orderElements(list, order.map(identityOf), present.map(identityOf), identityOf));
}

function listOf(value: unknown, key: string): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(key, "must be a list");
  return value;
}

function malformed(key: string, why: string): ApiError {
  return ApiError.badRequest(`the strategic merge patch is malformed: ${key}: ${why}`);
}
