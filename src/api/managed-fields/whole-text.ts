/** Who creates an object sets all of it: its fields as text at once, without the set that text is made of otherwise. */
import { isPlainObject } from "../meta/schema.ts";
import { divide } from "./divide.ts";
import { elementToText, joinTexts, nodeText } from "./field-set-text.ts";
import type { FieldType } from "./field-type.ts";
import { fieldElement } from "./path-element.ts";

/** Which field names are passed over at the top of an object, and in its `metadata`. */
export interface Unowned {
  readonly top: ReadonlySet<string>;
  readonly metadata: ReadonlySet<string>;
}

/** These objects are there whatever somebody sets in them. */
const everPresent: ReadonlySet<string> = new Set(["metadata", "spec", "status"]);
const none: ReadonlySet<string> = new Set();

/** Empty where nothing is left to own. */
export function createdText(object: object, type: FieldType, unowned: Unowned): string {
  const texts: string[] = [];
  for (const name of namesIn(object, unowned.top)) {
    const value = (object as Readonly<Record<string, unknown>>)[name];
    const below = levelText(value, typeOf(type, name), name === "metadata" ? unowned.metadata : none);
    const isOwned = !(everPresent.has(name) && isPlainObject(value));
    if (isOwned || below !== "") texts.push(nodeText(elementToText(fieldElement(name)), isOwned, below));
  }
  return joinTexts(texts);
}

/** The parts of a value; empty where it is one whole, or has none. */
function levelText(value: unknown, type: FieldType, unowned = none): string {
  if (typeof value !== "object" || value === null) return "";
  if (isPlainObject(value)) {
    if (type.type !== "struct" && type.type !== "map" && type.type !== "unknown") return "";
    return joinTexts(
      namesIn(value, unowned).map((name) =>
        nodeText(elementToText(fieldElement(name)), true, levelText(value[name], typeOf(type, name))),
      ),
    );
  }
  const parts = divide(value, type);
  if (parts === undefined) return "";
  const elements = [...parts.keys()].sort();
  return joinTexts(
    elements.map((element) => {
      const part = parts.get(element);
      return nodeText(elementToText(element), true, part === undefined ? "" : levelText(part.value, part.type));
    }),
  );
}

/** Sorted as their elements are. */
function namesIn(object: object, unowned: ReadonlySet<string>): string[] {
  const isOwn = ([name, value]: [string, unknown]) => value !== undefined && value !== null && !unowned.has(name);
  return Object.entries(object)
    .filter(isOwn)
    .map(([name]) => name)
    .sort();
}

function typeOf(type: FieldType, name: string): FieldType {
  switch (type.type) {
    case "struct":
      return type.field(name);
    case "map":
      return type.values;
    default:
      return type;
  }
}
