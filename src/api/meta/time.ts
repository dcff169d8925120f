/** Points in time as the API writes them: RFC 3339 in UTC. */
import { z } from "zod";
import { annotate } from "./schema.ts";

const lengthMax = 40;
const shape = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Milliseconds since 1970 of an RFC 3339 timestamp; undefined where it is none. */
export function parseTime(timestamp: string): number | undefined {
  if (timestamp.length > lengthMax || !shape.test(timestamp)) return undefined;
  const ms = Date.parse(timestamp.toUpperCase());
  return Number.isNaN(ms) ? undefined : ms;
}

/** `2026-01-02T03:04:05Z`, the form of `metav1.Time`. */
export function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

const invalid = 'must be a date and time like "2006-01-02T15:04:05Z"';

export const timeValue = annotate(
  z
    .string()
    .refine((value) => parseTime(value) !== undefined, { error: invalid, params: { malformed: true } })
    .overwrite((value) => formatTime(parseTime(value) ?? 0)),
  {
    definition: "io.k8s.apimachinery.pkg.apis.meta.v1.Time",
    description: "A point in time in RFC 3339, to the second.",
    openapi: { type: "string", format: "date-time" },
  },
);

const microTimeSchema = annotate(
  z.string().refine((value) => parseTime(value) !== undefined, { error: invalid, params: { malformed: true } }),
  {
    definition: "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime",
    description: "A point in time in RFC 3339, to the microsecond.",
    openapi: { type: "string", format: "date-time" },
  },
);

export const time = timeValue.optional();
export const microTime = microTimeSchema.optional();
