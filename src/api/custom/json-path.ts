/**
 * JSONPath as custom kinds use it: fields, places in lists, and elements that have a value.
 *
 * `.spec.replicas`, `.metadata.annotations.example\.com/name`, `.status.conditions[?(@.type=="Ready")].status`,
 * `.spec.ports[0]`, `.spec.ports[*].name`, `.metadata.labels['a']`
 */
import { ownValue } from "../../lib/own-value.ts";
import { isPlainObject } from "../meta/schema.ts";

type Step =
  | { readonly type: "field"; readonly name: string }
  | { readonly type: "index"; readonly index: number }
  | { readonly type: "all" }
  | { readonly type: "filter"; readonly field: readonly string[]; readonly value: unknown };

export type JsonPath = readonly Step[];

const token =
  /\.((?:[^.[\]\\]|\\.)+)|\[(\*)\]|\[(-?\d+)\]|\[\?\(@((?:\.(?:[^.=\\)]|\\.)+)+?)\s*==\s*("[^"\\]*"|'[^']*'|\d+(?:\.\d+)?|true|false)\)\]|\['([^']*)'\]|\["([^"]*)"\]/uy;

/** Undefined for a path in other words than these. Braces around it are allowed. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const path = text.replace(/^\{(.*)\}$/u, "$1");
  const steps: Step[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < path.length) {
    const match = token.exec(path);
    if (match === null) return undefined;
    steps.push(stepOf(match));
  }
  return steps.length === 0 ? undefined : steps;
}

function stepOf([, field, all, index, filter, value = "", single, double]: RegExpExecArray): Step {
  const name = field === undefined ? (single ?? double) : unescaped(field);
  if (name !== undefined) return { type: "field", name };
  if (all !== undefined) return { type: "all" };
  if (index !== undefined) return { type: "index", index: Number(index) };
  const literal: unknown = value.startsWith("'") ? value.slice(1, -1) : JSON.parse(value);
  const names = (filter ?? "").split(/(?<!\\)\./u).slice(1);
  return { type: "filter", field: names.map((name) => unescaped(name.trim())), value: literal };
}

function unescaped(name: string): string {
  return name.replace(/\\(.)/gu, "$1");
}

/** Everything that the path leads to. */
export function valuesAt(path: JsonPath, root: unknown): unknown[] {
  let values: unknown[] = [root];
  for (const step of path) values = values.flatMap((value) => follow(step, value));
  return values;
}

/** Whether the path names fields alone, as a place that can be written must. */
export function isFieldPath(path: JsonPath): boolean {
  return path.every(({ type }) => type === "field");
}

/** `root` with `value` at a path of fields; objects on the way are made where there are none. */
export function withValueAt(path: JsonPath, root: unknown, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step?.type !== "field") return value;
  const object = isPlainObject(root) ? root : {};
  return { ...object, [step.name]: withValueAt(rest, ownValue(object, step.name), value) };
}

function follow(step: Step, value: unknown): unknown[] {
  switch (step.type) {
    case "field": {
      const member = isPlainObject(value) ? ownValue(value, step.name) : undefined;
      return member === undefined ? [] : [member];
    }
    case "index":
      return Array.isArray(value) ? [value.at(step.index)].filter((element) => element !== undefined) : [];
    case "all":
      return Array.isArray(value) ? value : isPlainObject(value) ? Object.values(value) : [];
    case "filter":
      return Array.isArray(value) ? value.filter((element) => hasValue(step.field, element, step.value)) : [];
  }
}

function hasValue(field: readonly string[], element: unknown, value: unknown): boolean {
  const path = field.map((name): Step => ({ type: "field", name }));
  return valuesAt(path, element).some((found) => found === value);
}
