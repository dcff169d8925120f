/** What of a Job may not change: pods that run already were made for it. */
import type { Cause } from "../../validation/cause.ts";
import { immutable } from "../../validation/object-meta.ts";
import type { PodTemplateSpec } from "../pod-template.ts";
import type { Job } from "./job.ts";
import type { JobSpec } from "./job-spec.ts";

const lasting = [
  "selector",
  "manualSelector",
  "completionMode",
  "podFailurePolicy",
  "successPolicy",
  "backoffLimitPerIndex",
  "managedBy",
] as const;

export function validateJobUpdate(next: Job, current: Job): Cause[] {
  const causes = lasting.flatMap((field) => immutable(`spec.${field}`, next.spec[field], current.spec[field]));
  if (!mayGrow(next.spec))
    causes.push(...immutable("spec.completions", next.spec.completions, current.spec.completions));
  const isWaiting = current.spec.suspend === true && current.status.startTime === undefined;
  const seen = (template: PodTemplateSpec) => (isWaiting ? withoutPlacement(template) : template);
  return [...causes, ...immutable("spec.template", seen(next.spec.template), seen(current.spec.template))];
}

/** A Job that numbers its pods may be given more or fewer of them, as long as all run at once. */
function mayGrow({ completionMode, completions, parallelism }: JobSpec): boolean {
  return completionMode === "Indexed" && completions === parallelism;
}

/** Whoever queues Jobs decides on their place before the first pod is made. */
function withoutPlacement({ metadata, spec }: PodTemplateSpec): object {
  const { affinity, nodeSelector: _, tolerations: __, schedulingGates: ___, ...rest } = spec;
  const { labels: ____, annotations: _____, ...meta } = metadata;
  const near = { ...affinity, nodeAffinity: undefined };
  return { metadata: meta, spec: { ...rest, near } };
}
