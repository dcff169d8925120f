import type { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { conditionStatusSchema } from "../../meta/condition.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import {
  define,
  definitionPrefix,
  int32,
  mergeList,
  pointerText,
  requiredText,
  setOf,
  text,
} from "../../meta/schema.ts";
import { time } from "../../meta/time.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { jobColumns } from "./job-columns.ts";
import { withSelector } from "./job-selector.ts";
import { defaultedJobSpecSchema } from "./job-spec.ts";
import { validateJob } from "./validate-job.ts";
import { validateJobUpdate } from "./validate-job-update.ts";

const prefix = definitionPrefix.batch;
const uids = setOf(requiredText).optional();

const jobStatusSchema = define(
  `${prefix}.JobStatus`,
  "How far the pods have come.",
  {
    conditions: mergeList(
      define(`${prefix}.JobCondition`, "A fact about a Job.", {
        type: requiredText,
        status: conditionStatusSchema,
        lastProbeTime: time,
        lastTransitionTime: time,
        reason: text,
        message: text,
      }),
      "type",
      { listType: "atomic" },
    ).optional(),
    startTime: time,
    completionTime: time,
    active: int32,
    succeeded: int32,
    failed: int32,
    terminating: int32,
    completedIndexes: text,
    failedIndexes: pointerText,
    uncountedTerminatedPods: define(
      `${prefix}.UncountedTerminatedPods`,
      "Pods that have ended and are not in the figures yet.",
      { succeeded: uids, failed: uids },
    ).optional(),
    ready: int32,
  },
  { active: "How many pods run.", succeeded: "How many ended well.", failed: "How many failed." },
);
export type JobStatus = z.infer<typeof jobStatusSchema>;

const jobSchema = define(
  `${prefix}.Job`,
  "Runs pods until enough of them have ended well.",
  {
    ...typeMeta("batch/v1", "Job"),
    metadata: objectMetaSchema,
    spec: defaultedJobSpecSchema,
    status: jobStatusSchema.default({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type Job = z.infer<typeof jobSchema>;

export const jobResource: Resource<Job> = defineResource<Job>({
  group: "batch",
  version: "v1",
  kind: "Job",
  plural: "jobs",
  categories: ["all"],
  namespaced: true,
  schema: jobSchema,
  columns: jobColumns,
  fields: { "status.successful": ({ status }) => `${status.succeeded ?? 0}` },
  wish: ({ spec }) => spec,
  initialStatus: () => ({}),
  complete: withSelector,
  validate: validateJob,
  validateUpdate: validateJobUpdate,
});
