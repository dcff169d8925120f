/**
 * Whether two values are the same JSON: the order of keys does not matter, and a field that is undefined counts as
 * absent. As deep as the values are, which must have been parsed by a schema.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return sameArrays(a, b);
  const left = definedFields(a);
  const right = definedFields(b);
  if (left.size !== right.size) return false;
  for (const [key, value] of left) if (!right.has(key) || !sameJson(value, right.get(key))) return false;
  return true;
}

function sameArrays(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((element, index) => sameJson(element, b[index]));
}

function definedFields(value: object): Map<string, unknown> {
  return new Map(Object.entries(value).filter(([, field]) => field !== undefined));
}
