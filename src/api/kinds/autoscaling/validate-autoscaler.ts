/** What is wrong with a HorizontalPodAutoscaler. */
import { compareQuantities } from "../../meta/quantity.ts";
import { type Cause, forbidden, invalid, required } from "../../validation/cause.ts";
import { pathSegment } from "../../validation/names.ts";
import type { HorizontalPodAutoscaler } from "./horizontal-pod-autoscaler.ts";
import type { MetricSpec, MetricTarget } from "./metric.ts";
import { validateScalingBehavior } from "./validate-scaling-behavior.ts";

export function validateAutoscaler({ spec }: HorizontalPodAutoscaler): Cause[] {
  const { minReplicas, maxReplicas, scaleTargetRef, metrics = [], behavior } = spec;
  const causes: Cause[] = [];
  if (minReplicas < 1) causes.push(invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1"));
  if (maxReplicas < 1) causes.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than 0"));
  if (maxReplicas < minReplicas)
    causes.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`"));
  for (const field of ["kind", "name"] as const) {
    const wrong = pathSegment(scaleTargetRef[field]);
    if (wrong !== undefined) causes.push(invalid(`spec.scaleTargetRef.${field}`, scaleTargetRef[field], wrong));
  }
  for (const [index, metric] of metrics.entries()) causes.push(...validateMetric(metric, `spec.metrics[${index}]`));
  return [...causes, ...validateScalingBehavior(behavior, "spec.behavior")];
}

const sources = {
  Object: "object",
  Pods: "pods",
  Resource: "resource",
  ContainerResource: "containerResource",
  External: "external",
} as const;

function validateMetric(metric: MetricSpec, path: string): Cause[] {
  const named = sources[metric.type];
  const causes: Cause[] = [];
  for (const field of Object.values(sources))
    if (field !== named && metric[field] !== undefined)
      causes.push(forbidden(`${path}.${field}`, "must populate the given metric source only"));
  const source = metric[named];
  if (source === undefined)
    return [...causes, required(`${path}.${named}`, "must populate information for the given metric source")];
  return [...causes, ...validateTarget(source.target, `${path}.${named}.target`)];
}

function validateTarget({ type, value, averageValue, averageUtilization }: MetricTarget, path: string): Cause[] {
  const causes: Cause[] = [];
  if (averageUtilization !== undefined && averageUtilization < 1)
    causes.push(invalid(`${path}.averageUtilization`, averageUtilization, "must be greater than 0"));
  for (const [field, amount] of [
    ["value", value],
    ["averageValue", averageValue],
  ] as const)
    if (amount !== undefined && compareQuantities(amount, "0") <= 0)
      causes.push(invalid(`${path}.${field}`, amount, "must be positive"));
  if (type === "Utilization" && averageUtilization === undefined)
    causes.push(required(`${path}.averageUtilization`, "must specify a positive target utilization"));
  if (type === "Value" && value === undefined)
    causes.push(required(`${path}.value`, "must set a positive target value"));
  if (type === "AverageValue" && averageValue === undefined)
    causes.push(required(`${path}.averageValue`, "must set a positive target averageValue"));
  return causes;
}
