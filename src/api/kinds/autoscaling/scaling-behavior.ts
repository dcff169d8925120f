/** How fast a HorizontalPodAutoscaler may add and remove pods. */
import { z } from "zod";
import { quantitySchema } from "../../meta/quantity.ts";
import { define, definitionPrefix, int32, int32Value } from "../../meta/schema.ts";

const prefix = definitionPrefix.autoscaling;

const policySchema = define(`${prefix}.HPAScalingPolicy`, "How many pods, or how many percent of them, in how long.", {
  type: z.enum(["Pods", "Percent"]),
  value: int32Value,
  periodSeconds: int32Value,
});

const rulesSchema = define(
  `${prefix}.HPAScalingRules`,
  "How fast it may go one way.",
  {
    stabilizationWindowSeconds: int32,
    selectPolicy: z.enum(["Max", "Min", "Disabled"]).optional(),
    policies: z.array(policySchema).optional(),
    tolerance: quantitySchema.optional(),
  },
  {
    stabilizationWindowSeconds: "How far it looks back, to do no more than was right all that time.",
    selectPolicy: "Max lets the policy count that allows most, Min the one that allows least.",
    tolerance: "How far a metric may be off before anything is done.",
  },
);
export type ScalingRules = z.infer<typeof rulesSchema>;

const upDefaults = {
  stabilizationWindowSeconds: 0,
  selectPolicy: "Max",
  policies: [
    { type: "Pods", value: 4, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 },
  ],
} satisfies ScalingRules;
const downDefaults = {
  selectPolicy: "Max",
  policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
} satisfies ScalingRules;

/** Whoever says something about the behavior gets all of it shown. */
function withRules<B extends { scaleUp?: ScalingRules | undefined; scaleDown?: ScalingRules | undefined }>(
  behavior: B,
): B {
  const { scaleUp, scaleDown } = behavior;
  return { ...behavior, scaleUp: { ...upDefaults, ...scaleUp }, scaleDown: { ...downDefaults, ...scaleDown } };
}

export const scalingBehaviorSchema = define(
  `${prefix}.HorizontalPodAutoscalerBehavior`,
  "How fast pods may be added and removed.",
  { scaleUp: rulesSchema.optional(), scaleDown: rulesSchema.optional() },
  { scaleUp: "How fast pods may be added.", scaleDown: "How fast pods may be removed." },
).overwrite(withRules);
export type ScalingBehavior = z.infer<typeof scalingBehaviorSchema>;
