/** Fields of a body that its kind does not have, which parsing drops without a word. */
import type { z } from "zod";
import { isPlainObject } from "./meta/schema.ts";
import { fieldsOf, type Unwrapped, unwrap } from "./meta/schema-walk.ts";

/** As many as Kubernetes names. */
const faultsMax = 100;

/** Their paths, as in `spec.containers[0].imag`, in the body's order. */
export function unknownFields(schema: z.core.$ZodType, body: unknown): string[] {
  const found: string[] = [];
  collect(unwrap(schema), body, "", found);
  return found;
}

function collect(schema: Unwrapped, value: unknown, path: string, found: string[]): void {
  if (found.length >= faultsMax) return;
  const { def, meta } = schema;
  if (Array.isArray(value)) {
    if (def.type !== "array") return;
    const element = unwrap(def.element);
    for (const [index, item] of value.entries()) {
      if (found.length >= faultsMax) return;
      collect(element, item, `${path}[${index}]`, found);
    }
    return;
  }
  const fields = fieldsOf(schema);
  if (!isPlainObject(value) || (fields === undefined && meta.values === undefined)) return;
  const keepsUnknown = def.type === "object" && def.catchall !== undefined;
  for (const [name, member] of Object.entries(value)) {
    const at = path === "" ? name : `${path}.${name}`;
    const known = fields === undefined ? meta.values : Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (known !== undefined) collect(unwrap(known), member, at, found);
    else if (keepsUnknown) continue;
    else if (found.length < faultsMax) found.push(at);
  }
}
