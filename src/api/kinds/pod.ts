import type { z } from "zod";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { podSpecSchema } from "./pod-spec.ts";
import { podStatusSchema } from "./pod-status.ts";

export const podSchema = define(
  `${definitionPrefix.core}.Pod`,
  "Containers that run together on one board, with one address and shared volumes.",
  { ...typeMeta("v1", "Pod"), metadata: objectMetaSchema, spec: podSpecSchema, status: podStatusSchema.default({}) },
  { spec: "What the pod shall be.", status: "What became of it; written by its board." },
);
export type Pod = z.infer<typeof podSchema>;
