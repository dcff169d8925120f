/** HorizontalPodAutoscalers as `kubectl get hpa` shows them. */
import type { Column } from "../../define-resource.ts";
import { ageColumn, nameColumn } from "../../printing.ts";
import type { HorizontalPodAutoscaler } from "./horizontal-pod-autoscaler.ts";
import type { MetricSpec, MetricStatus, MetricTarget, MetricValue } from "./metric.ts";

export const autoscalerColumns: readonly Column<HorizontalPodAutoscaler>[] = [
  nameColumn,
  {
    name: "Reference",
    description: "The workload.",
    cell: ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
  },
  { name: "Targets", description: "What the metrics are, and what they shall be.", cell: targetsText },
  { name: "MinPods", description: "The fewest pods.", cell: ({ spec }) => `${spec.minReplicas}` },
  { name: "MaxPods", description: "The most pods.", cell: ({ spec }) => `${spec.maxReplicas}` },
  { name: "Replicas", description: "How many there are.", cell: ({ status }) => `${status.currentReplicas ?? 0}` },
  ageColumn,
];

const shownMax = 2;

/** `cpu: 12%/80%`, and how many metrics there are besides. */
function targetsText({ spec: { metrics = [] }, status: { currentMetrics = [] } }: HorizontalPodAutoscaler): string {
  if (metrics.length === 0) return "<none>";
  const shown = metrics.slice(0, shownMax).map((metric, index) => metricText(metric, currentMetrics[index]));
  const rest = metrics.length - shown.length;
  return `${shown.join(", ")}${rest > 0 ? ` + ${rest} more...` : ""}`;
}

function metricText(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case "Resource":
      return `${spec.resource?.name}: ${shareText(spec.resource?.target, status?.resource?.current)}`;
    case "ContainerResource":
      return `${spec.containerResource?.name}: ${shareText(spec.containerResource?.target, status?.containerResource?.current)}`;
    case "Pods":
      return amountText(spec.pods?.target, status?.pods?.current);
    case "Object":
      return `${amountText(spec.object?.target, status?.object?.current)}${averageMark(spec.object?.target)}`;
    case "External":
      return `${amountText(spec.external?.target, status?.external?.current)}${averageMark(spec.external?.target)}`;
  }
}

/** Of metrics that may be meant as a whole or for each pod. */
function averageMark(target: MetricTarget | undefined): string {
  return target?.averageValue === undefined ? "" : " (avg)";
}

function shareText(target: MetricTarget | undefined, current: MetricValue | undefined): string {
  if (target?.averageUtilization === undefined) return amountText(target, current);
  const now = current?.averageUtilization;
  return `${now === undefined ? "<unknown>" : `${now}%`}/${target.averageUtilization}%`;
}

function amountText(target: MetricTarget | undefined, current: MetricValue | undefined): string {
  const isAverage = target?.averageValue !== undefined;
  const now = (isAverage ? current?.averageValue : current?.value) ?? "<unknown>";
  return `${now}/${isAverage ? target.averageValue : (target?.value ?? "<auto>")}`;
}
