/** HorizontalPodAutoscalers as clients of 1.12 to 1.25 ask for them; only the version's name differs. */
import type { z } from "zod";
import { defineVersion } from "../../define-version.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import {
  autoscalerResource,
  autoscalerSpecSchema,
  autoscalerStatusSchema,
  type HorizontalPodAutoscaler,
} from "./horizontal-pod-autoscaler.ts";

const betaAutoscalerSchema = define(
  "io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscaler",
  "Gives a workload more or fewer pods, as it needs them.",
  {
    ...typeMeta("autoscaling/v2beta2", "HorizontalPodAutoscaler"),
    metadata: objectMetaSchema,
    spec: autoscalerSpecSchema,
    status: autoscalerStatusSchema.prefault({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
type BetaAutoscaler = z.infer<typeof betaAutoscalerSchema>;

export const betaAutoscalerResource: Resource<BetaAutoscaler> = defineVersion<BetaAutoscaler, HorizontalPodAutoscaler>(
  autoscalerResource,
  {
    version: "v2beta2",
    schema: betaAutoscalerSchema,
    toStored: (autoscaler) => ({ ...autoscaler, apiVersion: "autoscaling/v2" }),
    fromStored: (autoscaler) => ({ ...autoscaler, apiVersion: "autoscaling/v2beta2" }),
  },
);
