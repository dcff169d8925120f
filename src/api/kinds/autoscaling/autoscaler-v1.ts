/**
 * HorizontalPodAutoscalers in their first version, which `kubectl autoscale` sends: it knows processor time alone.
 * Everything else travels in annotations, so that a client of this version loses nothing.
 */
import type { z } from "zod";
import { defineVersion } from "../../define-version.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { atomic, count, define, int32, int32Value, int64, requiredText, text } from "../../meta/schema.ts";
import { time } from "../../meta/time.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { fromFirstVersion, toFirstVersion } from "./autoscaler-v1-conversion.ts";
import { autoscalerResource, type HorizontalPodAutoscaler } from "./horizontal-pod-autoscaler.ts";

const prefix = "io.k8s.api.autoscaling.v1";

const firstAutoscalerSchema = define(
  `${prefix}.HorizontalPodAutoscaler`,
  "Gives a workload more or fewer pods, as it needs them.",
  {
    ...typeMeta("autoscaling/v1", "HorizontalPodAutoscaler"),
    metadata: objectMetaSchema,
    spec: define(
      `${prefix}.HorizontalPodAutoscalerSpec`,
      "What is scaled, and between which bounds.",
      {
        scaleTargetRef: atomic(
          define(`${prefix}.CrossVersionObjectReference`, "Points at an object in the same namespace.", {
            kind: requiredText,
            name: requiredText,
            apiVersion: text,
          }),
        ),
        minReplicas: int32Value.default(1),
        maxReplicas: int32Value,
        targetCPUUtilizationPercentage: int32,
      },
      {
        scaleTargetRef: "The workload.",
        minReplicas: "The fewest pods.",
        maxReplicas: "The most pods.",
        targetCPUUtilizationPercentage: "How much of the processor time that they request the pods should use.",
      },
    ),
    status: define(`${prefix}.HorizontalPodAutoscalerStatus`, "What is seen and done.", {
      observedGeneration: int64,
      lastScaleTime: time,
      currentReplicas: int32,
      desiredReplicas: count,
      currentCPUUtilizationPercentage: int32,
    }).prefault({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type FirstAutoscaler = z.infer<typeof firstAutoscalerSchema>;

export const firstAutoscalerResource: Resource<FirstAutoscaler> = defineVersion<
  FirstAutoscaler,
  HorizontalPodAutoscaler
>(autoscalerResource, {
  version: "v1",
  schema: firstAutoscalerSchema,
  toStored: fromFirstVersion,
  fromStored: toFirstVersion,
});
