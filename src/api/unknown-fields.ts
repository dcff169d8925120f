/** Fields of a body that its kind does not have, which parsing drops without a word. */
import type { z } from "zod";
import { isPlainObject } from "./meta/schema.ts";
import { fieldsOf, type Unwrapped, unwrap } from "./meta/schema-walk.ts";

/** As many as Kubernetes names. */
const faultsMax = 100;

/** Their paths, as in `spec.containers[0].imag`, in the body's order. */
export function unknownFields(schema: z.core.$ZodType, body: unknown): string[] {
  const found: string[] = [];
  collect(unwrap(schema), body, undefined, found);
  return found;
}

/** Where a value is; written out only where something is wrong with it. */
interface Place {
  readonly within: Place | undefined;
  readonly step: string | number;
}

function collect(schema: Unwrapped, value: unknown, at: Place | undefined, found: string[]): void {
  if (typeof value !== "object" || value === null || found.length >= faultsMax) return;
  const { def, meta } = schema;
  if (Array.isArray(value)) {
    if (def.type !== "array") return;
    const element = unwrap(def.element);
    for (const [step, item] of value.entries()) {
      if (found.length >= faultsMax) return;
      if (typeof item === "object") collect(element, item, { within: at, step }, found);
    }
    return;
  }
  const fields = fieldsOf(schema);
  if (!isPlainObject(value) || (fields === undefined && meta.values === undefined)) return;
  const keepsUnknown = def.type === "object" && def.catchall !== undefined;
  for (const step of Object.keys(value)) {
    const member = value[step];
    const known = fields === undefined ? meta.values : Object.hasOwn(fields, step) ? fields[step] : undefined;
    if (known !== undefined) {
      if (typeof member === "object") collect(unwrap(known), member, { within: at, step }, found);
    } else if (keepsUnknown) continue;
    else if (found.length < faultsMax) found.push(pathOf({ within: at, step }));
  }
}

function pathOf({ within, step }: Place): string {
  const path = within === undefined ? "" : pathOf(within);
  if (typeof step === "number") return `${path}[${step}]`;
  return path === "" ? step : `${path}.${step}`;
}
