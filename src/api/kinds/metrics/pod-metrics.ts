/** What pods use, as `kubectl top pods` asks for it. Measured when asked, and never stored. */
import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, requiredText, text } from "../../meta/schema.ts";
import { time } from "../../meta/time.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { usageColumns, usageSchema } from "./usage.ts";

const prefix = definitionPrefix.metrics;

const podMetricsSchema = define(
  `${prefix}.PodMetrics`,
  "What a pod uses.",
  {
    ...typeMeta("metrics.k8s.io/v1beta1", "PodMetrics"),
    metadata: objectMetaSchema,
    timestamp: time,
    window: text,
    containers: z.array(
      define(`${prefix}.ContainerMetrics`, "What one container uses.", { name: requiredText, usage: usageSchema }),
    ),
  },
  { timestamp: "When it was measured.", window: "Over how long.", containers: "What each container uses." },
);
export type PodMetrics = z.infer<typeof podMetricsSchema>;

export const podMetricsResource: Resource<PodMetrics> = defineResource<PodMetrics>({
  group: "metrics.k8s.io",
  version: "v1beta1",
  kind: "PodMetrics",
  plural: "pods",
  namespaced: true,
  schema: podMetricsSchema,
  verbs: ["get", "list"],
  columns: usageColumns(({ containers }) => containers.map(({ usage }) => usage)),
});
