/** CronJobs as `kubectl get cronjobs` shows them. */
import type { Column } from "../../define-resource.ts";
import { age, ageColumn, nameColumn } from "../../printing.ts";
import { containersColumn, imagesColumn, selectorColumn } from "../template-columns.ts";
import type { CronJob } from "./cron-job.ts";

export const cronJobColumns: readonly Column<CronJob>[] = [
  nameColumn,
  { name: "Schedule", description: "When Jobs are made.", cell: ({ spec }) => spec.schedule },
  {
    name: "Suspend",
    type: "boolean",
    description: "Whether no further Jobs are made.",
    cell: ({ spec }) => (spec.suspend ? "True" : "False"),
  },
  {
    name: "Active",
    type: "integer",
    description: "How many Jobs run.",
    cell: ({ status }) => status.active?.length ?? 0,
  },
  {
    name: "Last Schedule",
    description: "The time since the last Job was made.",
    cell: ({ status }, nowMs) =>
      status.lastScheduleTime === undefined ? "<none>" : age(status.lastScheduleTime, nowMs),
  },
  ageColumn,
  containersColumn(({ spec }) => spec.jobTemplate.spec.template),
  imagesColumn(({ spec }) => spec.jobTemplate.spec.template),
  selectorColumn(({ spec }) => spec.jobTemplate.spec.selector),
];
