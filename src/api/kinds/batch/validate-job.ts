/** What is wrong with a Job. */
import { ownValue } from "../../../lib/own-value.ts";
import { sameJson } from "../../../lib/same-json.ts";
import { matchesLabelSelector } from "../../selectors/label-selector.ts";
import { type Cause, invalid, required } from "../../validation/cause.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { validateNonnegative } from "../../validation/share.ts";
import { validateTemplate } from "../validate-selected-template.ts";
import type { Job } from "./job.ts";
import { controllerUidLabel, jobPodLabels } from "./job-selector.ts";
import type { JobSpec } from "./job-spec.ts";
import { validateJobPolicies } from "./validate-job-policies.ts";

const podsMax = 100_000;
const nonnegative = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
  "ttlSecondsAfterFinished",
] as const;

export function validateJob(job: Job): Cause[] {
  return [...validateSelector(job), ...validateJobSpec(job.spec, "spec")];
}

function validateSelector({ metadata, spec }: Job): Cause[] {
  const { selector, template } = spec;
  if (selector === undefined) return [required("spec.selector")];
  const causes = validateLabelSelector(selector, "spec.selector");
  const { labels = {} } = template.metadata;
  if (spec.manualSelector !== true) {
    const own = jobPodLabels(metadata);
    for (const [key, value] of Object.entries(own))
      if (ownValue(labels, key) !== value)
        causes.push(invalid("spec.template.metadata.labels", labels, `must be '${value}' for label '${key}'`));
    if (!sameJson(selector, { matchLabels: { [controllerUidLabel]: metadata.uid ?? "" } }))
      causes.push(invalid("spec.selector", selector, "`selector` not auto-generated"));
  } else if (!matchesLabelSelector(selector, labels))
    causes.push(invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"));
  return causes;
}

/** Of a Job, or of what a CronJob makes Jobs from. */
export function validateJobSpec(spec: JobSpec, path: string): Cause[] {
  const causes = nonnegative.flatMap((field) => validateNonnegative(spec[field], `${path}.${field}`));
  const { completions, parallelism = 0 } = spec;
  if (spec.completionMode === "Indexed") {
    if (completions === undefined) causes.push(required(`${path}.completions`, "when completion mode is Indexed"));
    if (parallelism > podsMax)
      causes.push(
        invalid(
          `${path}.parallelism`,
          parallelism,
          `must be less than or equal to ${podsMax} when completion mode is Indexed`,
        ),
      );
  } else if (spec.backoffLimitPerIndex !== undefined)
    causes.push(invalid(`${path}.backoffLimitPerIndex`, spec.backoffLimitPerIndex, "requires indexed completion mode"));
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    causes.push(invalid(`${path}.maxFailedIndexes`, spec.maxFailedIndexes, "requires backoffLimitPerIndex"));
  causes.push(...validateJobPolicies(spec, path), ...validateTemplate(spec.template, `${path}.template`));
  const { restartPolicy } = spec.template.spec;
  if (restartPolicy === "Always")
    causes.push(required(`${path}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'));
  return causes;
}
