/** What boards use, as `kubectl top nodes` asks for it. Measured when asked, and never stored. */
import type { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, text } from "../../meta/schema.ts";
import { time } from "../../meta/time.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { usageColumns, usageSchema } from "./usage.ts";

const nodeMetricsSchema = define(
  `${definitionPrefix.metrics}.NodeMetrics`,
  "What a board uses.",
  {
    ...typeMeta("metrics.k8s.io/v1beta1", "NodeMetrics"),
    metadata: objectMetaSchema,
    timestamp: time,
    window: text,
    usage: usageSchema,
  },
  { timestamp: "When it was measured.", window: "Over how long.", usage: "How much of each resource." },
);
export type NodeMetrics = z.infer<typeof nodeMetricsSchema>;

export const nodeMetricsResource: Resource<NodeMetrics> = defineResource<NodeMetrics>({
  group: "metrics.k8s.io",
  version: "v1beta1",
  kind: "NodeMetrics",
  plural: "nodes",
  namespaced: false,
  schema: nodeMetricsSchema,
  verbs: ["get", "list"],
  columns: usageColumns(({ usage }) => [usage]),
});
