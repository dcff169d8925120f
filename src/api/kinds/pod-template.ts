import type { z } from "zod";
import { templateMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix } from "../meta/schema.ts";
import { podSpecSchema } from "./pod-spec.ts";

/** What workload controllers make pods from. */
export const podTemplateSpecSchema = define(
  `${definitionPrefix.core}.PodTemplateSpec`,
  "What pods are made from.",
  { metadata: templateMetaSchema.default({}), spec: podSpecSchema.prefault({ containers: [] }) },
  { metadata: "Labels and annotations of the pods.", spec: "What the pods shall be." },
);
export type PodTemplateSpec = z.infer<typeof podTemplateSpecSchema>;
