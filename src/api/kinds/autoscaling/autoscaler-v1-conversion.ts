/** What the first version has no fields for, in annotations and back. */
import { z } from "zod";
import { ownValue } from "../../../lib/own-value.ts";
import { sameJson } from "../../../lib/same-json.ts";
import type { FirstAutoscaler } from "./autoscaler-v1.ts";
import { autoscalerConditionsSchema, type HorizontalPodAutoscaler } from "./horizontal-pod-autoscaler.ts";
import { type MetricSpec, type MetricStatus, metricSpecSchema, metricStatusSchema } from "./metric.ts";
import { scalingBehaviorSchema } from "./scaling-behavior.ts";

const carried = {
  metrics: { key: "autoscaling.alpha.kubernetes.io/metrics", schema: z.array(metricSpecSchema) },
  behavior: { key: "autoscaling.alpha.kubernetes.io/behavior", schema: scalingBehaviorSchema },
  currentMetrics: { key: "autoscaling.alpha.kubernetes.io/current-metrics", schema: z.array(metricStatusSchema) },
  conditions: { key: "autoscaling.alpha.kubernetes.io/conditions", schema: autoscalerConditionsSchema },
};

type Annotations = Readonly<Record<string, string>>;

/** Undefined where there is none, or where it is not what a conversion wrote. */
function carriedValue<T>({ key, schema }: { readonly key: string; readonly schema: z.ZodType<T> }, from: Annotations) {
  const text = ownValue(from, key);
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export function fromFirstVersion({ metadata, spec, status, ...same }: FirstAutoscaler): HorizontalPodAutoscaler {
  const { targetCPUUtilizationPercentage: target, ...bounds } = spec;
  const { currentCPUUtilizationPercentage: current, ...figures } = status;
  const { annotations = {}, ...rest } = metadata;
  const metrics = carriedValue(carried.metrics, annotations);
  const behavior = carriedValue(carried.behavior, annotations);
  const currentMetrics = carriedValue(carried.currentMetrics, annotations);
  const conditions = carriedValue(carried.conditions, annotations);
  const found = { metrics, behavior, currentMetrics, conditions };
  const used = (Object.keys(carried) as (keyof typeof carried)[]).filter((name) => found[name] !== undefined);
  const keys = new Set(used.map((name) => carried[name].key));
  const left = Object.entries(annotations).filter(([key]) => !keys.has(key));
  return {
    ...same,
    apiVersion: "autoscaling/v2",
    metadata:
      keys.size === 0 ? metadata : { ...rest, ...(left.length === 0 ? {} : { annotations: Object.fromEntries(left) }) },
    spec: {
      ...bounds,
      metrics: [...(target === undefined ? [] : [cpuTarget(target)]), ...(metrics ?? [])],
      ...(behavior === undefined ? {} : { behavior }),
    },
    status: {
      ...figures,
      ...(currentMetrics !== undefined
        ? { currentMetrics }
        : current === undefined
          ? {}
          : { currentMetrics: [cpuUse(current)] }),
      ...(conditions === undefined ? {} : { conditions }),
    },
  };
}

export function toFirstVersion({ metadata, spec, status, ...same }: HorizontalPodAutoscaler): FirstAutoscaler {
  const { metrics = [], behavior, ...bounds } = spec;
  const { currentMetrics, conditions, ...figures } = status;
  const target = utilizationOf(metrics[0]);
  const others = target === undefined ? metrics : metrics.slice(1);
  const current = useOf(currentMetrics);
  const annotations = {
    ...(others.length === 0 ? {} : { [carried.metrics.key]: JSON.stringify(others) }),
    ...(behavior === undefined ? {} : { [carried.behavior.key]: JSON.stringify(behavior) }),
    ...(currentMetrics === undefined || current !== undefined
      ? {}
      : { [carried.currentMetrics.key]: JSON.stringify(currentMetrics) }),
    ...(conditions === undefined ? {} : { [carried.conditions.key]: JSON.stringify(conditions) }),
  };
  const carries = Object.keys(annotations).length > 0;
  return {
    ...same,
    apiVersion: "autoscaling/v1",
    metadata: carries ? { ...metadata, annotations: { ...metadata.annotations, ...annotations } } : metadata,
    spec: { ...bounds, ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }) },
    status: { ...figures, ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }) },
  };
}

function cpuTarget(averageUtilization: number): MetricSpec {
  return { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } };
}

function cpuUse(averageUtilization: number): MetricStatus {
  return { type: "Resource", resource: { name: "cpu", current: { averageUtilization } } };
}

/** Of a metric that the first version can write as it is. */
function utilizationOf(metric: MetricSpec | undefined): number | undefined {
  const percent = metric?.resource?.target.averageUtilization;
  return percent !== undefined && sameJson(metric, cpuTarget(percent)) ? percent : undefined;
}

function useOf(metrics: readonly MetricStatus[] | undefined): number | undefined {
  const percent = metrics?.[0]?.resource?.current.averageUtilization;
  return percent !== undefined && sameJson(metrics, [cpuUse(percent)]) ? percent : undefined;
}
