/** The body of every refusal, and of a deletion that left nothing. */
import { z } from "zod";
import { listMetaSchema } from "./list-meta.ts";
import { define, definitionPrefix, int32, text } from "./schema.ts";
import { typeMeta } from "./type-meta.ts";

const prefix = definitionPrefix.machinery;

const statusCauseSchema = define(
  `${prefix}.StatusCause`,
  "One thing that is wrong with a request.",
  { reason: text, message: text, field: text },
  { field: "The path of the field at fault: `spec.containers[0].image`." },
);
export type StatusCause = z.infer<typeof statusCauseSchema>;

const statusDetailsSchema = define(`${prefix}.StatusDetails`, "What a refusal is about.", {
  name: text,
  group: text,
  kind: text,
  uid: text,
  causes: z.array(statusCauseSchema).optional(),
  retryAfterSeconds: int32,
});

export const apiStatusSchema = define(`${prefix}.Status`, "The outcome of a request that returns no object.", {
  ...typeMeta("v1", "Status"),
  metadata: listMetaSchema.default({}),
  status: z.enum(["Success", "Failure"]).optional(),
  message: text,
  reason: text,
  details: statusDetailsSchema.optional(),
  code: int32,
});
export type ApiStatus = z.infer<typeof apiStatusSchema>;
