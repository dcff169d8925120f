/** CronJobs as clients before 1.21 ask for them; only the version's name differs. */
import type { z } from "zod";
import { defineVersion } from "../../define-version.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { type CronJob, cronJobResource, cronJobSpecSchema, cronJobStatusSchema } from "./cron-job.ts";

const olderCronJobSchema = define(
  "io.k8s.api.batch.v1beta1.CronJob",
  "Makes Jobs by the clock.",
  {
    ...typeMeta("batch/v1beta1", "CronJob"),
    metadata: objectMetaSchema,
    spec: cronJobSpecSchema,
    status: cronJobStatusSchema.default({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
type OlderCronJob = z.infer<typeof olderCronJobSchema>;

export const olderCronJobResource: Resource<OlderCronJob> = defineVersion<OlderCronJob, CronJob>(cronJobResource, {
  version: "v1beta1",
  schema: olderCronJobSchema,
  toStored: (cronJob) => ({ ...cronJob, apiVersion: "batch/v1" }),
  fromStored: (cronJob) => ({ ...cronJob, apiVersion: "batch/v1beta1" }),
});
