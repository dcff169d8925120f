import { ApiError } from "../api-error.ts";
import { isPlainObject } from "../meta/schema.ts";
import { fieldMap, type JsonObject, refuseDeepNesting } from "./json-value.ts";

/**
 * Applies a JSON merge patch (RFC 7386) and returns the patched object; the arguments stay as they are. Throws
 * `ApiError` where the patch is no object or is nested too deeply.
 */
export function applyMergePatch(target: JsonObject, patch: unknown): JsonObject {
  if (!isPlainObject(patch)) throw ApiError.badRequest("a merge patch must be an object");
  refuseDeepNesting(patch);
  return mergeObjects(target, patch);
}

function mergeObjects(target: unknown, patch: JsonObject): JsonObject {
  const merged = fieldMap(target);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, isPlainObject(value) ? mergeObjects(merged.get(key), value) : value);
  }
  return Object.fromEntries(merged);
}
