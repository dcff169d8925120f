/** What is wrong with a CronJob. */
import { type Cause, invalid } from "../../validation/cause.ts";
import { validateLabelsAndAnnotations } from "../../validation/object-meta.ts";
import { validateNonnegative } from "../../validation/share.ts";
import type { CronJob } from "./cron-job.ts";
import { parseCronSchedule } from "./cron-schedule.ts";
import { validateJobSpec } from "./validate-job.ts";

/** The Jobs' names add eleven characters, and theirs become labels. */
const nameLengthMax = 52;

export function validateCronJob({ metadata, spec }: CronJob): Cause[] {
  const causes: Cause[] = [];
  if (metadata.name.length > nameLengthMax)
    causes.push(invalid("metadata.name", metadata.name, `must be no more than ${nameLengthMax} characters`));
  const schedule = parseCronSchedule(spec.schedule);
  if (typeof schedule === "string") causes.push(invalid("spec.schedule", spec.schedule, schedule));
  if (spec.timeZone !== undefined && !isTimeZone(spec.timeZone))
    causes.push(invalid("spec.timeZone", spec.timeZone, `unknown time zone ${spec.timeZone}`));
  const { metadata: meta, spec: job } = spec.jobTemplate;
  return [
    ...causes,
    ...validateNonnegative(spec.startingDeadlineSeconds, "spec.startingDeadlineSeconds"),
    ...validateNonnegative(spec.successfulJobsHistoryLimit, "spec.successfulJobsHistoryLimit"),
    ...validateNonnegative(spec.failedJobsHistoryLimit, "spec.failedJobsHistoryLimit"),
    ...validateLabelsAndAnnotations(meta, "spec.jobTemplate.metadata"),
    ...validateJobSpec(job, "spec.jobTemplate.spec"),
    ...(job.manualSelector === true
      ? [invalid("spec.jobTemplate.spec.manualSelector", true, "must be false or absent in a CronJob")]
      : []),
  ];
}

function isTimeZone(name: string): boolean {
  if (name === "" || name.toLowerCase() === "local") return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
