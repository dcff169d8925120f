/** What a patch costs beyond its own size, bounded while it is applied: a few words can ask for a lot of work. */
import { ApiError } from "../api-error.ts";
import { isPlainObject } from "../meta/schema.ts";

/** What all copies of a patch may hold together. */
const copiedBytesMax = 3 * 1024 * 1024;
/** Of a value in memory, whatever it holds. */
const valueBytes = 64;
/** Deeper than any document whose patch was read; only patches that move it into itself again and again come here. */
const nestingMax = 1_000;

export class PatchCost {
  #values = 0;
  #characters = 0;

  /** Counts the work of copying so many values, or as much other work. Throws `ApiError` (413). */
  spend(values: number, characters = 0): void {
    this.#values += values;
    this.#characters += characters;
    if (this.#values * valueBytes + this.#characters > copiedBytesMax) throw ApiError.tooLarge(copiedBytesMax);
  }
}

/** The value with containers of its own. `cost` counts the work where it is bounded. Throws `ApiError` (413). */
export function copyJson(value: unknown, cost?: PatchCost, nesting = 0): unknown {
  cost?.spend(1, typeof value === "string" ? value.length : 0);
  if (nesting > nestingMax) throw ApiError.badRequest(`the patch nests the object more than ${nestingMax} levels deep`);
  if (Array.isArray(value)) return value.map((element) => copyJson(element, cost, nesting + 1));
  if (!isPlainObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    cost?.spend(0, name.length);
    const copied = copyJson(field, cost, nesting + 1);
    // An assignment would make it the prototype.
    if (name === "__proto__")
      Object.defineProperty(copy, name, { value: copied, enumerable: true, configurable: true, writable: true });
    else copy[name] = copied;
  }
  return copy;
}
