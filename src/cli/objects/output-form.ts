/** In which form objects are printed: as a table, or as what they are. */
import { stringify } from "yaml";
import { UsageError } from "../../lib/errors.ts";
import type { PlainObject } from "./plain-object.ts";

const outputForms = ["wide", "name", "json", "yaml"] as const;
export type OutputForm = (typeof outputForms)[number];

export function outputFormValue(text: string): OutputForm {
  const form = outputForms.find((known) => known === text);
  if (form !== undefined) return form;
  throw new UsageError(`--output ${JSON.stringify(text)} is unknown: use one of ${outputForms.join(", ")}`);
}

/** One object, or several as a `List`, in text that `apply -f -` takes back. */
export function printObjects(objects: readonly PlainObject[], form: "json" | "yaml", single: boolean): string {
  const [first] = objects;
  const whole =
    single && first !== undefined ? first : { apiVersion: "v1", items: objects, kind: "List", metadata: {} };
  const shown = withoutManagedFields(whole);
  return form === "json" ? `${JSON.stringify(shown, undefined, 4)}\n` : stringify(shown, { lineWidth: 0 });
}

/** Who manages which field fills pages and is looked at seldom. */
function withoutManagedFields(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === "managedFields" ? undefined : part)));
}
