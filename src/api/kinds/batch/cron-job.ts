import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { objectMetaSchema, templateMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, int32Value, int64, pointerText, requiredText } from "../../meta/schema.ts";
import { time } from "../../meta/time.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { objectReferenceSchema } from "../references.ts";
import { cronJobColumns } from "./cron-job-columns.ts";
import { jobSpecSchema } from "./job-spec.ts";
import { validateCronJob } from "./validate-cron-job.ts";

const prefix = definitionPrefix.batch;

export const cronJobSpecSchema = define(
  `${prefix}.CronJobSpec`,
  "When Jobs are made, and from what.",
  {
    schedule: requiredText,
    timeZone: pointerText,
    startingDeadlineSeconds: int64,
    concurrencyPolicy: z.enum(["Allow", "Forbid", "Replace"]).default("Allow"),
    suspend: z.boolean().default(false),
    jobTemplate: define(
      `${prefix}.JobTemplateSpec`,
      "What Jobs are made from.",
      { metadata: templateMetaSchema.default({}), spec: jobSpecSchema },
      { metadata: "Labels and annotations of the Jobs.", spec: "What the Jobs shall be." },
    ),
    successfulJobsHistoryLimit: int32Value.default(3),
    failedJobsHistoryLimit: int32Value.default(1),
  },
  {
    schedule: "Minute, hour, day, month and weekday as for cron: `*/5 * * * *`.",
    timeZone: "The zone that the schedule is in: `Europe/Berlin`.",
    startingDeadlineSeconds: "How late a Job may start before it is left out.",
    concurrencyPolicy: "What happens where the last Job still runs: Allow, Forbid or Replace.",
    suspend: "Makes no further Jobs.",
    jobTemplate: "What Jobs are made from.",
    successfulJobsHistoryLimit: "How many Jobs that ended well are kept.",
    failedJobsHistoryLimit: "How many failed Jobs are kept.",
  },
);
export type CronJobSpec = z.infer<typeof cronJobSpecSchema>;

export const cronJobStatusSchema = define(`${prefix}.CronJobStatus`, "The Jobs that were made.", {
  active: z.array(objectReferenceSchema).optional(),
  lastScheduleTime: time,
  lastSuccessfulTime: time,
});

const cronJobSchema = define(
  `${prefix}.CronJob`,
  "Makes Jobs by the clock.",
  {
    ...typeMeta("batch/v1", "CronJob"),
    metadata: objectMetaSchema,
    spec: cronJobSpecSchema,
    status: cronJobStatusSchema.default({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type CronJob = z.infer<typeof cronJobSchema>;

export const cronJobResource: Resource<CronJob> = defineResource<CronJob>({
  group: "batch",
  version: "v1",
  kind: "CronJob",
  plural: "cronjobs",
  shortNames: ["cj"],
  categories: ["all"],
  namespaced: true,
  schema: cronJobSchema,
  columns: cronJobColumns,
  wish: ({ spec }) => spec,
  initialStatus: () => ({}),
  validate: validateCronJob,
});
