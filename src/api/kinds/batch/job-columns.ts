/** Jobs as `kubectl get jobs` shows them. */
import type { Column } from "../../define-resource.ts";
import { parseTime } from "../../meta/time.ts";
import { ageColumn, nameColumn, shortDuration } from "../../printing.ts";
import { containersColumn, imagesColumn, selectorColumn } from "../template-columns.ts";
import type { Job } from "./job.ts";

export const jobColumns: readonly Column<Job>[] = [
  nameColumn,
  { name: "Completions", description: "Pods that ended well, of those that must.", cell: completionsText },
  { name: "Duration", description: "How long the Job has taken.", cell: durationText },
  ageColumn,
  containersColumn(({ spec }) => spec.template),
  imagesColumn(({ spec }) => spec.template),
  selectorColumn(({ spec }) => spec.selector),
];

/** Without a number of its own a Job is done once one of its pods is. */
function completionsText({ spec: { completions, parallelism = 0 }, status: { succeeded = 0 } }: Job): string {
  if (completions !== undefined) return `${succeeded}/${completions}`;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText({ status }: Job, nowMs: number): string {
  const startMs = status.startTime === undefined ? undefined : parseTime(status.startTime);
  if (startMs === undefined) return "";
  const failure = status.conditions?.find(({ type, status: isTrue }) => type === "Failed" && isTrue === "True");
  const end = status.completionTime ?? failure?.lastTransitionTime;
  return shortDuration((end === undefined ? nowMs : (parseTime(end) ?? nowMs)) - startMs);
}
