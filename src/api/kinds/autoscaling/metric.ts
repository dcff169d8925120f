/** What a HorizontalPodAutoscaler goes by, and what it sees of that. */
import { z } from "zod";
import { labelSelectorSchema } from "../../meta/label-selector.ts";
import { quantitySchema } from "../../meta/quantity.ts";
import { define, definitionPrefix, int32, requiredText, text } from "../../meta/schema.ts";

const prefix = definitionPrefix.autoscaling;
const quantity = quantitySchema.optional();

export const scaleTargetSchema = define(
  `${prefix}.CrossVersionObjectReference`,
  "Points at an object in the same namespace.",
  { kind: requiredText, name: requiredText, apiVersion: text },
);

const targetSchema = define(
  `${prefix}.MetricTarget`,
  "What a metric shall be.",
  {
    type: z.enum(["Utilization", "Value", "AverageValue"]),
    value: quantity,
    averageValue: quantity,
    averageUtilization: int32,
  },
  { averageUtilization: "Percent of what the pods request." },
);
export type MetricTarget = z.infer<typeof targetSchema>;

const currentSchema = define(`${prefix}.MetricValueStatus`, "What a metric is.", {
  value: quantity,
  averageValue: quantity,
  averageUtilization: int32,
});
export type MetricValue = z.infer<typeof currentSchema>;

const metric = define(`${prefix}.MetricIdentifier`, "Which metric.", {
  name: requiredText,
  selector: labelSelectorSchema.optional(),
});
const type = z.enum(["Object", "Pods", "Resource", "ContainerResource", "External"]);

export const metricSpecSchema = define(
  `${prefix}.MetricSpec`,
  "One metric, and what it shall be.",
  {
    type,
    object: define(`${prefix}.ObjectMetricSource`, "A metric of one object.", {
      describedObject: scaleTargetSchema,
      target: targetSchema,
      metric,
    }).optional(),
    pods: define(`${prefix}.PodsMetricSource`, "A metric of each pod.", { metric, target: targetSchema }).optional(),
    resource: define(`${prefix}.ResourceMetricSource`, "What the pods use.", {
      name: requiredText,
      target: targetSchema,
    }).optional(),
    containerResource: define(`${prefix}.ContainerResourceMetricSource`, "What one container of each pod uses.", {
      name: requiredText,
      container: requiredText,
      target: targetSchema,
    }).optional(),
    external: define(`${prefix}.ExternalMetricSource`, "A metric from elsewhere.", {
      metric,
      target: targetSchema,
    }).optional(),
  },
  { type: "Object, Pods, Resource, ContainerResource or External; the field of that name says more." },
);
export type MetricSpec = z.infer<typeof metricSpecSchema>;

export const metricStatusSchema = define(`${prefix}.MetricStatus`, "One metric, and what it is.", {
  type,
  object: define(`${prefix}.ObjectMetricStatus`, "A metric of one object.", {
    metric,
    current: currentSchema,
    describedObject: scaleTargetSchema,
  }).optional(),
  pods: define(`${prefix}.PodsMetricStatus`, "A metric of each pod.", { metric, current: currentSchema }).optional(),
  resource: define(`${prefix}.ResourceMetricStatus`, "What the pods use.", {
    name: requiredText,
    current: currentSchema,
  }).optional(),
  containerResource: define(`${prefix}.ContainerResourceMetricStatus`, "What one container of each pod uses.", {
    name: requiredText,
    current: currentSchema,
    container: requiredText,
  }).optional(),
  external: define(`${prefix}.ExternalMetricStatus`, "A metric from elsewhere.", {
    metric,
    current: currentSchema,
  }).optional(),
});
export type MetricStatus = z.infer<typeof metricStatusSchema>;
