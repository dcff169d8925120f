import { isPlainObject } from "./schema.ts";

/** Far deeper than any kind's schema; a body nested deeper is an attack on the stack. */
export const nestingMax = 100;

/**
 * The value without fields that are null, which the API treats as absent. Unchanged parts are shared with the input.
 * Undefined where the value is nested deeper than `nestingMax`.
 */
export function withoutNulls(value: unknown): { readonly value: unknown } | undefined {
  const clean = cleanOf(value, 0);
  return clean === tooDeep ? undefined : { value: clean };
}

const tooDeep = Symbol("too deep");

/** The very value where it holds no nulls, as most do. */
function cleanOf(value: unknown, nesting: number): unknown {
  if (nesting > nestingMax) return tooDeep;
  if (Array.isArray(value)) return cleanList(value, nesting);
  return isPlainObject(value) ? cleanFields(value, nesting) : value;
}

function cleanFields(object: Readonly<Record<string, unknown>>, nesting: number): unknown {
  let changes: Map<string, unknown> | undefined;
  for (const key of Object.keys(object)) {
    const field = object[key];
    const clean = field === null ? undefined : cleanOf(field, nesting + 1);
    if (clean === tooDeep) return tooDeep;
    if (clean === field && clean !== undefined) continue;
    changes ??= new Map();
    changes.set(key, clean);
  }
  if (changes === undefined) return object;
  const entries: [string, unknown][] = [];
  for (const key of Object.keys(object)) {
    const field = changes.has(key) ? changes.get(key) : object[key];
    if (field !== undefined) entries.push([key, field]);
  }
  // `fromEntries` makes `__proto__` a field like any other.
  return Object.fromEntries(entries);
}

function cleanList(list: readonly unknown[], nesting: number): unknown {
  let changed: unknown[] | undefined;
  for (const [index, element] of list.entries()) {
    const clean = cleanOf(element, nesting + 1);
    if (clean === tooDeep) return tooDeep;
    if (clean === element) continue;
    changed ??= [...list];
    changed[index] = clean;
  }
  return changed ?? list;
}
