import { divide } from "./divide.ts";
import { type FieldNode, type FieldSet, fieldNode } from "./field-set.ts";
import type { FieldType } from "./field-type.ts";

/**
 * The fields that whoever applies `value` comes to own: its leaves, and the elements of maps and lists. An object that
 * its kind names is owned by what is in it.
 */
export function fieldsOf(value: unknown, type: FieldType): FieldSet {
  const set = new Map<string, FieldNode>();
  for (const [element, part] of divide(value, type) ?? []) {
    const below = fieldsOf(part.value, part.type);
    const isEmpty = below.size === 0;
    const node = fieldNode(isEmpty || !part.isNamed, below);
    if (node !== undefined) set.set(element, node);
  }
  return set;
}
