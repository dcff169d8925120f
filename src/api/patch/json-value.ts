/** JSON values as patches change them: any key is an ordinary one, and nothing is nested without end. */
import { ApiError } from "../api-error.ts";
import { isPlainObject } from "../meta/schema.ts";
import { nestingMax } from "../meta/without-nulls.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** Refuses a patch that would exhaust the stack. Throws `ApiError`. */
export function refuseDeepNesting(value: unknown, nesting = 0): void {
  if (nesting > nestingMax) throw ApiError.badRequest(`the patch is nested more than ${nestingMax} levels deep`);
  if (Array.isArray(value)) for (const element of value) refuseDeepNesting(element, nesting + 1);
  else if (isPlainObject(value)) for (const field of Object.values(value)) refuseDeepNesting(field, nesting + 1);
}

/** The object as a map, to be changed and made an object again by `Object.fromEntries`, which `__proto__` survives. */
export function fieldMap(object: unknown): Map<string, unknown> {
  return new Map(isPlainObject(object) ? Object.entries(object) : []);
}
