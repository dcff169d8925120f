/** JSON patches (RFC 6902): a list of operations on paths, of which all happen or none. */
import { z } from "zod";
import { sameJson } from "../../lib/same-json.ts";
import { ApiError } from "../api-error.ts";
import { isPlainObject } from "../meta/schema.ts";
import { fieldMap, type JsonObject, refuseDeepNesting } from "./json-value.ts";

const operationsMax = 10_000;
/** Copies can double a document with every operation; all of them together may write this many characters. */
const copiedCharactersMax = 3 * 1024 * 1024;

const operationSchema = z.discriminatedUnion("op", [
  z.object({ op: z.literal("add"), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal("remove"), path: z.string() }),
  z.object({ op: z.literal("replace"), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal("move"), path: z.string(), from: z.string() }),
  z.object({ op: z.literal("copy"), path: z.string(), from: z.string() }),
  z.object({ op: z.literal("test"), path: z.string(), value: z.unknown() }),
]);
type Operation = z.infer<typeof operationSchema>;
const patchSchema = z.array(operationSchema).max(operationsMax);

/**
 * Applies the operations in order and returns the patched document; the arguments stay as they are. Throws `ApiError`:
 * `BadRequest` for what is no patch, `Invalid` for a path that leads nowhere or a test that fails.
 */
export function applyJsonPatch(document: JsonObject, patch: unknown): unknown {
  const parsed = patchSchema.safeParse(patch);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw ApiError.badRequest(`not a JSON patch: operation ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  refuseDeepNesting(patch);
  let patched: unknown = document;
  let copiedCharacters = 0;
  for (const operation of parsed.data) {
    if (operation.op === "copy") copiedCharacters += JSON.stringify(valueAt(patched, operation.from)).length;
    if (copiedCharacters > copiedCharactersMax) throw ApiError.tooLarge(copiedCharactersMax);
    patched = applyOperation(patched, operation);
  }
  return patched;
}

function applyOperation(document: unknown, operation: Operation): unknown {
  const { path } = operation;
  switch (operation.op) {
    case "add":
      return changeAt(document, path, { type: "add", value: operation.value });
    case "remove":
      return changeAt(document, path, { type: "remove" });
    case "replace":
      return changeAt(document, path, { type: "replace", value: operation.value });
    case "copy":
      return changeAt(document, path, { type: "add", value: valueAt(document, operation.from) });
    case "move": {
      if (path.startsWith(`${operation.from}/`)) throw refusal(path, "an element cannot be moved into itself");
      const value = valueAt(document, operation.from);
      return changeAt(changeAt(document, operation.from, { type: "remove" }), path, { type: "add", value });
    }
    case "test":
      if (!sameJson(valueAt(document, path), operation.value)) throw refusal(path, "the test failed");
      return document;
  }
}

type Change = { readonly type: "add" | "replace"; readonly value: unknown } | { readonly type: "remove" };

/** The parts of a JSON pointer (RFC 6901). */
function pointerParts(pointer: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw ApiError.badRequest(`"${pointer}" is no JSON pointer: it must start with "/"`);
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointerParts(pointer)) {
    if (Array.isArray(value)) value = value[indexIn(value, part, pointer)];
    else if (isPlainObject(value) && Object.hasOwn(value, part)) value = value[part];
    else throw refusal(pointer, "there is nothing");
  }
  return value;
}

/** A document that differs at one place; everything beside the path to it is shared. */
function changeAt(document: unknown, pointer: string, change: Change): unknown {
  const parts = pointerParts(pointer);
  if (parts.length > 0) return changedWithin(document, parts, change, pointer);
  if (change.type === "remove") throw refusal(pointer, "the whole document cannot be removed");
  return change.value;
}

function changedWithin(container: unknown, parts: readonly string[], change: Change, pointer: string): unknown {
  const [part = "", ...rest] = parts;
  if (Array.isArray(container)) {
    const elements = [...container];
    if (rest.length > 0) {
      const index = indexIn(elements, part, pointer);
      elements[index] = changedWithin(elements[index], rest, change, pointer);
    } else if (change.type === "add") elements.splice(insertionIndex(elements, part, pointer), 0, change.value);
    else elements.splice(indexIn(elements, part, pointer), 1, ...(change.type === "replace" ? [change.value] : []));
    return elements;
  }
  if (!isPlainObject(container)) throw refusal(pointer, "there is nothing");
  const fields = fieldMap(container);
  if (!fields.has(part) && (rest.length > 0 || change.type !== "add")) throw refusal(pointer, "there is nothing");
  if (rest.length > 0) fields.set(part, changedWithin(fields.get(part), rest, change, pointer));
  else if (change.type === "remove") fields.delete(part);
  else fields.set(part, change.value);
  return Object.fromEntries(fields);
}

function insertionIndex(elements: readonly unknown[], part: string, pointer: string): number {
  if (part === "-") return elements.length;
  return Number(part) === elements.length ? elements.length : indexIn(elements, part, pointer);
}

function indexIn(elements: readonly unknown[], part: string, pointer: string): number {
  const index = /^(?:0|[1-9]\d{0,8})$/.test(part) ? Number(part) : -1;
  if (index < 0 || index >= elements.length) throw refusal(pointer, "there is no such element");
  return index;
}

function refusal(pointer: string, why: string): ApiError {
  return ApiError.unprocessable("the JSON patch cannot be applied", {
    reason: "FieldValueInvalid",
    field: pointer,
    message: why,
  });
}
