/** Workloads other than DaemonSets, whose figures stand in their own status. */
import type { Deployment } from "../../api/kinds/apps/deployment.ts";
import type { StatefulSet } from "../../api/kinds/apps/stateful-set.ts";
import type { Job } from "../../api/kinds/batch/job.ts";
import type { PodSpec } from "../../api/kinds/pod-spec.ts";
import { isConditionTrue } from "../../api/meta/condition.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { WorkloadTelemetry } from "../../api/telemetry/workload-telemetry.ts";
import { imagesOf } from "./images.ts";

type Figures = Pick<WorkloadTelemetry, "desired" | "updated" | "ready" | "available">;

export function deploymentTelemetry({ metadata, spec, status }: Deployment): WorkloadTelemetry {
  const figures = {
    desired: spec.replicas ?? 1,
    updated: status.updatedReplicas ?? 0,
    ready: status.readyReplicas ?? 0,
    available: status.availableReplicas ?? 0,
  };
  const isSettled = isObserved(metadata, status) && (status.replicas ?? 0) === figures.desired;
  return telemetry(metadata, spec.template.spec, figures, isSettled && isWhole(figures));
}

export function statefulSetTelemetry({ metadata, spec, status }: StatefulSet): WorkloadTelemetry {
  // Without an update under way no pod counts as updated, although all are.
  const isUpToDate = status.updateRevision === status.currentRevision;
  const figures = {
    desired: spec.replicas ?? 1,
    updated: isUpToDate ? status.replicas : (status.updatedReplicas ?? 0),
    ready: status.readyReplicas ?? 0,
    available: status.availableReplicas,
  };
  return telemetry(metadata, spec.template.spec, figures, isObserved(metadata, status) && isWhole(figures));
}

/** `available` are the pods that ended well, of which `desired` must. */
export function jobTelemetry({ metadata, spec, status }: Job): WorkloadTelemetry {
  const desired = spec.completions ?? spec.parallelism ?? 1;
  const figures = {
    desired,
    updated: (status.active ?? 0) + (status.succeeded ?? 0),
    ready: status.ready ?? 0,
    available: status.succeeded ?? 0,
  };
  return telemetry(metadata, spec.template.spec, figures, isConditionTrue(status.conditions, "Complete"));
}

function telemetry(
  { uid = "", creationTimestamp }: ApiObject["metadata"],
  pod: PodSpec,
  figures: Figures,
  complete: boolean,
): WorkloadTelemetry {
  return { uid, ...figures, complete, images: imagesOf(pod), created: creationTimestamp ?? formatTime(0) };
}

function isObserved(
  { generation = 0 }: ApiObject["metadata"],
  { observedGeneration = 0 }: { observedGeneration?: number | undefined },
): boolean {
  return observedGeneration >= generation;
}

function isWhole({ desired, updated, available }: Figures): boolean {
  return updated >= desired && available >= desired;
}
