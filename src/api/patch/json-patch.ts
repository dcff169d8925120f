/** JSON patches (RFC 6902): a list of operations on paths, of which all happen or none. */
import { z } from "zod";
import { sameJson } from "../../lib/same-json.ts";
import { ApiError } from "../api-error.ts";
import { isPlainObject } from "../meta/schema.ts";
import { type JsonObject, refuseDeepNesting } from "./json-value.ts";
import { copyJson, PatchCost } from "./patch-cost.ts";

const operationsMax = 10_000;

/** Elements of an array are moved this many times as fast as values are copied. */
const movedElementsAtOnce = 50;

const operationSchema = z.discriminatedUnion("op", [
  z.object({ op: z.literal("add"), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal("remove"), path: z.string() }),
  z.object({ op: z.literal("replace"), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal("move"), path: z.string(), from: z.string() }),
  z.object({ op: z.literal("copy"), path: z.string(), from: z.string() }),
  z.object({ op: z.literal("test"), path: z.string(), value: z.unknown() }),
]);
type Operation = z.infer<typeof operationSchema>;

/**
 * Applies the operations in order and returns the patched document; the arguments stay as they are. Throws `ApiError`:
 * `BadRequest` for what is no patch, `Invalid` for a path that leads nowhere or a test that fails, and
 * `RequestEntityTooLarge` for more than a patch may do: copies can double a document with every operation.
 */
export function applyJsonPatch(document: JsonObject, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw ApiError.badRequest("not a JSON patch: it must be a list of operations");
  if (patch.length > operationsMax) throw ApiError.tooManyOperations(operationsMax, patch.length);
  refuseDeepNesting(patch);
  // Every container is in one place only, so that operations change it where it is: copying what is around each change
  // would make a patch as slow as its operations times the size of the document.
  const root: Root = { value: copyJson(document), cost: new PatchCost() };
  // Each is read when it is its turn: a patch that is refused for what it does costs no more than it did.
  for (const [index, operation] of patch.entries()) applyOperation(root, parseOperation(operation, index));
  return root.value;
}

function parseOperation(operation: unknown, index: number): Operation {
  const parsed = operationSchema.safeParse(operation);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = [index, ...(issue?.path ?? [])].join(".");
  throw ApiError.badRequest(`not a JSON patch: operation ${place}: ${issue?.message ?? ""}`);
}

interface Root {
  value: unknown;
  /** Of all operations so far. */
  readonly cost: PatchCost;
}

function applyOperation(root: Root, operation: Operation): void {
  const { path } = operation;
  switch (operation.op) {
    case "add":
      changeAt(root, path, { type: "add", value: copyJson(operation.value) });
      break;
    case "remove":
      changeAt(root, path, { type: "remove" });
      break;
    case "replace":
      changeAt(root, path, { type: "replace", value: copyJson(operation.value) });
      break;
    case "copy":
      changeAt(root, path, { type: "add", value: copyJson(valueAt(root.value, operation.from), root.cost) });
      break;
    case "move": {
      if (path.startsWith(`${operation.from}/`)) throw refusal(path, "an element cannot be moved into itself");
      const value = valueAt(root.value, operation.from);
      changeAt(root, operation.from, { type: "remove" });
      changeAt(root, path, { type: "add", value });
      break;
    }
    case "test":
      if (!sameJson(valueAt(root.value, path), operation.value)) throw refusal(path, "the test failed");
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
  return valueAtParts(document, pointerParts(pointer), pointer);
}

function valueAtParts(document: unknown, parts: readonly string[], pointer: string): unknown {
  let value = document;
  for (const part of parts) {
    if (Array.isArray(value)) value = value[indexIn(value, part, pointer)];
    else if (isPlainObject(value) && Object.hasOwn(value, part)) value = value[part];
    else throw refusal(pointer, "there is nothing");
  }
  return value;
}

function changeAt(root: Root, pointer: string, change: Change): void {
  const parts = pointerParts(pointer);
  const last = parts.pop();
  if (last === undefined) {
    if (change.type === "remove") throw refusal(pointer, "the whole document cannot be removed");
    root.value = change.value;
    return;
  }
  const container = valueAtParts(root.value, parts, pointer);
  if (Array.isArray(container)) {
    // Whatever stands behind the place moves.
    root.cost.spend(container.length / movedElementsAtOnce);
    changeElement(container, last, change, pointer);
  } else if (isPlainObject(container)) changeField(container, last, change, pointer);
  else throw refusal(pointer, "there is nothing");
}

function changeElement(elements: unknown[], part: string, change: Change, pointer: string): void {
  if (change.type === "add") elements.splice(insertionIndex(elements, part, pointer), 0, change.value);
  else elements.splice(indexIn(elements, part, pointer), 1, ...(change.type === "replace" ? [change.value] : []));
}

function changeField(fields: Record<string, unknown>, name: string, change: Change, pointer: string): void {
  if (!Object.hasOwn(fields, name) && change.type !== "add") throw refusal(pointer, "there is nothing");
  if (change.type === "remove") Reflect.deleteProperty(fields, name);
  // `__proto__` is a field like any other.
  else
    Object.defineProperty(fields, name, { value: change.value, enumerable: true, configurable: true, writable: true });
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
