import { isPlainObject } from "./schema.ts";

/** Far deeper than any kind's schema; a body nested deeper is an attack on the stack. */
export const nestingMax = 100;

/**
 * The value without fields that are null, which the API treats as absent. Unchanged parts are shared with the input.
 * Undefined where the value is nested deeper than `nestingMax`.
 */
export function withoutNulls(value: unknown, nesting = 0): { readonly value: unknown } | undefined {
  if (nesting > nestingMax) return undefined;
  if (Array.isArray(value)) return elementsWithoutNulls(value, nesting);
  if (!isPlainObject(value)) return { value };
  const entries: [string, unknown][] = [];
  let isChanged = false;
  for (const [key, field] of Object.entries(value)) {
    if (field === null || field === undefined) {
      isChanged = true;
      continue;
    }
    const clean = withoutNulls(field, nesting + 1);
    if (clean === undefined) return undefined;
    isChanged ||= clean.value !== field;
    entries.push([key, clean.value]);
  }
  // `fromEntries` makes `__proto__` a field like any other.
  return { value: isChanged ? Object.fromEntries(entries) : value };
}

function elementsWithoutNulls(value: readonly unknown[], nesting: number): { readonly value: unknown } | undefined {
  const elements: unknown[] = [];
  let isChanged = false;
  for (const element of value) {
    const clean = withoutNulls(element, nesting + 1);
    if (clean === undefined) return undefined;
    isChanged ||= clean.value !== element;
    elements.push(clean.value);
  }
  return { value: isChanged ? elements : value };
}
