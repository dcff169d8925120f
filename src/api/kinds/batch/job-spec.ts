/** What a Job shall be: how many pods shall end well, and what is done about those that do not. */
import { z } from "zod";
import { conditionStatusSchema } from "../../meta/condition.ts";
import { labelSelectorSchema } from "../../meta/label-selector.ts";
import {
  define,
  definitionPrefix,
  flag,
  int32,
  int32Value,
  int64,
  pointerText,
  requiredText,
  setOf,
} from "../../meta/schema.ts";
import { podTemplateSpecSchema } from "../pod-template.ts";

const prefix = definitionPrefix.batch;

const failureRuleSchema = define(
  `${prefix}.PodFailurePolicyRule`,
  "What is done about a pod that failed in one way.",
  {
    action: z.enum(["Count", "FailIndex", "FailJob", "Ignore"]),
    onExitCodes: define(`${prefix}.PodFailurePolicyOnExitCodesRequirement`, "Exit codes of containers.", {
      containerName: pointerText,
      operator: z.enum(["In", "NotIn"]),
      values: setOf(int32Value),
    }).optional(),
    onPodConditions: z
      .array(
        define(`${prefix}.PodFailurePolicyOnPodConditionsPattern`, "A condition of the pod.", {
          type: requiredText,
          status: conditionStatusSchema.default("True"),
        }),
      )
      .optional(),
  },
  { action: "Count, FailIndex, FailJob or Ignore." },
);
export type PodFailurePolicyRule = z.infer<typeof failureRuleSchema>;

const successRuleSchema = define(
  `${prefix}.SuccessPolicyRule`,
  "Which pods must have ended well for the Job to be done.",
  { succeededIndexes: pointerText, succeededCount: int32 },
  { succeededIndexes: "Numbers of pods: `1,3-5`.", succeededCount: "How many of them." },
);

/** In a CronJob's template nothing is defaulted yet: that happens to the Jobs made from it. */
export const jobSpecSchema = define(
  `${prefix}.JobSpec`,
  "What a Job shall be.",
  {
    parallelism: int32,
    completions: int32,
    activeDeadlineSeconds: int64,
    podFailurePolicy: define(`${prefix}.PodFailurePolicy`, "What is done about pods that fail.", {
      rules: z.array(failureRuleSchema),
    }).optional(),
    successPolicy: define(`${prefix}.SuccessPolicy`, "When the Job is done before all its pods are.", {
      rules: z.array(successRuleSchema),
    }).optional(),
    backoffLimit: int32,
    backoffLimitPerIndex: int32,
    maxFailedIndexes: int32,
    selector: labelSelectorSchema.optional(),
    manualSelector: flag,
    template: podTemplateSpecSchema,
    ttlSecondsAfterFinished: int32,
    completionMode: z.enum(["NonIndexed", "Indexed"]).optional(),
    suspend: flag,
    podReplacementPolicy: z.enum(["TerminatingOrFailed", "Failed"]).optional(),
    managedBy: pointerText,
  },
  {
    parallelism: "How many pods may run at once.",
    completions: "How many pods must end well; one where absent and parallelism too.",
    activeDeadlineSeconds: "How long the Job may take before it is ended as failed.",
    backoffLimit: "How many pods may fail before the Job does.",
    backoffLimitPerIndex: "How many pods of one number may fail before that number does.",
    maxFailedIndexes: "How many numbers may fail before the Job does.",
    selector: "Selects the Job's pods; made by the fleet.",
    manualSelector: "Leaves the selector to whoever writes the Job.",
    template: "What the pods are made from.",
    ttlSecondsAfterFinished: "How long the Job is kept after it ended.",
    completionMode: "Indexed numbers the pods; each number must end well once.",
    suspend: "Keeps pods from running.",
    podReplacementPolicy: "When a pod is replaced: once it is ending, or once it has failed.",
    managedBy: "Who looks after the Job in place of the fleet.",
  },
);
export type JobSpec = z.infer<typeof jobSpecSchema>;

const failuresDefault = 6;
const failuresMax = 2 ** 31 - 1;

function withDefaults(spec: JobSpec): JobSpec {
  const { completions, parallelism, podFailurePolicy, backoffLimitPerIndex } = spec;
  const isSingle = completions === undefined && parallelism === undefined;
  return {
    ...spec,
    parallelism: parallelism ?? 1,
    ...(isSingle ? { completions: 1 } : {}),
    // With a limit for each number, those are what counts.
    backoffLimit: spec.backoffLimit ?? (backoffLimitPerIndex === undefined ? failuresDefault : failuresMax),
    completionMode: spec.completionMode ?? "NonIndexed",
    suspend: spec.suspend ?? false,
    manualSelector: spec.manualSelector ?? false,
    podReplacementPolicy:
      spec.podReplacementPolicy ?? (podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed"),
  };
}

export const defaultedJobSpecSchema = jobSpecSchema.overwrite(withDefaults);
