/** The elements of field paths, in the notation of FieldsV1 and as messages show them. */
import { canonicalJson } from "../../lib/canonical-json.ts";
import { ownValue } from "../../lib/own-value.ts";
import { isPlainObject } from "../meta/schema.ts";
import type { KeyField } from "./field-type.ts";

/** The names of kinds' own fields come again and again; of all others there is no end. */
const elementsMax = 4_096;
const elements = new Map<string, string>();

export function fieldElement(name: string): string {
  const known = elements.get(name);
  if (known !== undefined) return known;
  const element = `f:${name}`;
  if (elements.size < elementsMax) elements.set(name, element);
  return element;
}

export function valueElement(value: unknown): string {
  return `v:${canonicalJson(value)}`;
}

/** Undefined where the element lacks a key that has no default. */
export function keyElement(element: unknown, keys: readonly KeyField[]): string | undefined {
  if (!isPlainObject(element)) return undefined;
  const values: [string, unknown][] = [];
  for (const { name, initial } of keys) {
    const value = ownValue(element, name) ?? initial;
    if (value !== undefined) values.push([name, value]);
  }
  return values.length === 0 ? undefined : `k:${canonicalJson(Object.fromEntries(values))}`;
}

/** `.spec.containers[name="main"].image` */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join("");
}

function elementText(element: string): string {
  const rest = element.slice(2);
  switch (element.slice(0, 2)) {
    case "f:":
      return `.${rest}`;
    case "k:":
      return `[${keyText(rest)}]`;
    case "v:":
      return `[=${rest}]`;
    default:
      return `[${rest}]`;
  }
}

function keyText(json: string): string {
  const keys: unknown = JSON.parse(json);
  if (!isPlainObject(keys)) return json;
  return Object.entries(keys)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",");
}

/** The element as it is written here, whatever its JSON's spaces and escapes; undefined for what is none. */
export function readElement(text: string): string | undefined {
  const rest = text.slice(2);
  switch (text.slice(0, 2)) {
    case "f:":
      return text;
    case "i:":
      return /^-?\d{1,10}$/.test(rest) ? text : undefined;
    case "k:": {
      const keys = jsonOf(rest);
      return isPlainObject(keys) ? `k:${canonicalJson(keys)}` : undefined;
    }
    case "v:": {
      const value = jsonOf(rest);
      return value === undefined ? undefined : valueElement(value);
    }
    default:
      return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
