import { z } from "zod";
import { annotate } from "./schema.ts";

/** A number, or text such as `25%` or a port's name. */
export const intOrStringSchema = annotate(z.union([z.int32(), z.string()]), {
  definition: "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
  description: "A whole number, or text such as a percentage or a port's name.",
  openapi: { type: "string", format: "int-or-string" },
});
export type IntOrString = z.infer<typeof intOrStringSchema>;

/** `25%` of `total`, or the number itself; undefined where the text is no percentage. */
export function scaledValue(value: IntOrString, total: number, rounding: "up" | "down"): number | undefined {
  if (typeof value === "number") return value;
  const match = /^(\d{1,6})%$/.exec(value);
  if (match === null) return undefined;
  const exact = (Number(match[1]) * total) / 100;
  return rounding === "up" ? Math.ceil(exact) : Math.floor(exact);
}
