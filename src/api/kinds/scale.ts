/** What `…/scale` of every workload shows and takes, whatever the workload: how many there are and shall be. */
import type { z } from "zod";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { count, define, text } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";

const prefix = "io.k8s.api.autoscaling.v1";

export const scaleSchema = define(
  `${prefix}.Scale`,
  "How many replicas a workload has and shall have.",
  {
    ...typeMeta("autoscaling/v1", "Scale"),
    metadata: objectMetaSchema.prefault({}),
    spec: define(`${prefix}.ScaleSpec`, "How many replicas there shall be.", { replicas: count }).prefault({}),
    status: define(
      `${prefix}.ScaleStatus`,
      "How many replicas there are.",
      { replicas: count, selector: text },
      { selector: "Selects the pods of the workload, as text for queries." },
    ).prefault({}),
  },
  { spec: "How many there shall be.", status: "How many there are." },
);
export type Scale = z.infer<typeof scaleSchema>;
