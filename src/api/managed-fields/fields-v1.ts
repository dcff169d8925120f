/** Field sets as `fieldsV1` shows them: `{"f:metadata":{"f:labels":{".":{},"f:app":{}}}}`. */
import { isPlainObject } from "../meta/schema.ts";
import { nestingMax } from "../meta/without-nulls.ts";
import { type FieldNode, type FieldSet, fieldNode, sortedElements } from "./field-set.ts";
import { readElement } from "./path-element.ts";

export type FieldsV1 = Readonly<Record<string, unknown>>;

/** Stands among the elements below a path for the path itself. */
const self = ".";

export function toFieldsV1(set: FieldSet): FieldsV1 {
  return Object.fromEntries(sortedElements(set).map(([element, node]) => [element, nodeToFieldsV1(node)]));
}

function nodeToFieldsV1({ owned, below }: FieldNode): FieldsV1 {
  return below.size > 0 && owned ? { [self]: {}, ...toFieldsV1(below) } : toFieldsV1(below);
}

/** Undefined for what is no field set. */
export function fromFieldsV1(fields: unknown, nesting = 0): FieldSet | undefined {
  if (!isPlainObject(fields) || nesting > nestingMax) return undefined;
  const set = new Map<string, FieldNode>();
  for (const [text, value] of Object.entries(fields)) {
    if (text === self) continue;
    const element = readElement(text);
    const below = fromFieldsV1(value, nesting + 1);
    if (element === undefined || below === undefined) return undefined;
    const owned = below.size === 0 || (isPlainObject(value) && Object.hasOwn(value, self));
    const node = fieldNode(owned, below);
    if (node !== undefined) set.set(element, node);
  }
  return set;
}
