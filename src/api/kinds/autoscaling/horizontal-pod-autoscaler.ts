import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { conditionStatusSchema } from "../../meta/condition.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import {
  count,
  define,
  definitionPrefix,
  int32,
  int32Value,
  int64,
  mergeList,
  requiredText,
  text,
} from "../../meta/schema.ts";
import { time } from "../../meta/time.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { autoscalerColumns } from "./autoscaler-columns.ts";
import { type MetricSpec, metricSpecSchema, metricStatusSchema, scaleTargetSchema } from "./metric.ts";
import { scalingBehaviorSchema } from "./scaling-behavior.ts";
import { validateAutoscaler } from "./validate-autoscaler.ts";

const prefix = definitionPrefix.autoscaling;
/** Percent. */
const utilizationDefault = 80;

function withMetrics<S extends { metrics?: MetricSpec[] | undefined }>(spec: S): S {
  if (spec.metrics !== undefined && spec.metrics.length > 0) return spec;
  const target = { type: "Utilization", averageUtilization: utilizationDefault } as const;
  return { ...spec, metrics: [{ type: "Resource", resource: { name: "cpu", target } }] };
}

export const autoscalerSpecSchema = define(
  `${prefix}.HorizontalPodAutoscalerSpec`,
  "What is scaled, between which bounds, and by what.",
  {
    scaleTargetRef: scaleTargetSchema,
    minReplicas: int32Value.default(1),
    maxReplicas: int32Value,
    metrics: z.array(metricSpecSchema).optional(),
    behavior: scalingBehaviorSchema.optional(),
  },
  {
    scaleTargetRef: "The workload.",
    minReplicas: "The fewest pods.",
    maxReplicas: "The most pods.",
    metrics: "What it goes by; 80% of the requested processor time where absent.",
    behavior: "How fast pods may be added and removed.",
  },
).overwrite(withMetrics);

export const autoscalerConditionsSchema = mergeList(
  define(`${prefix}.HorizontalPodAutoscalerCondition`, "A fact about the autoscaler.", {
    type: requiredText,
    status: conditionStatusSchema,
    lastTransitionTime: time,
    reason: text,
    message: text,
    observedGeneration: int64,
  }),
  "type",
);

export const autoscalerStatusSchema = define(
  `${prefix}.HorizontalPodAutoscalerStatus`,
  "What is seen and done.",
  {
    observedGeneration: int64,
    lastScaleTime: time,
    currentReplicas: int32,
    desiredReplicas: count,
    currentMetrics: z.array(metricStatusSchema).optional(),
    conditions: autoscalerConditionsSchema.optional(),
  },
  { currentReplicas: "How many pods there are.", desiredReplicas: "How many there should be." },
);

const autoscalerSchema = define(
  `${prefix}.HorizontalPodAutoscaler`,
  "Gives a workload more or fewer pods, as it needs them.",
  {
    ...typeMeta("autoscaling/v2", "HorizontalPodAutoscaler"),
    metadata: objectMetaSchema,
    spec: autoscalerSpecSchema,
    status: autoscalerStatusSchema.prefault({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type HorizontalPodAutoscaler = z.infer<typeof autoscalerSchema>;

export const autoscalerResource: Resource<HorizontalPodAutoscaler> = defineResource<HorizontalPodAutoscaler>({
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  schema: autoscalerSchema,
  columns: autoscalerColumns,
  wish: ({ spec }) => spec,
  initialStatus: () => ({ desiredReplicas: 0 }),
  validate: validateAutoscaler,
});
