/** What is wrong with a Job. */
import { ownValue } from "../../../lib/own-value.ts";
import { sameJson } from "../../../lib/same-json.ts";
import { matchesLabelSelector } from "../../selectors/label-selector.ts";
import { type Cause, invalid, required } from "../../validation/cause.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { dnsLabel } from "../../validation/names.ts";
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
  return [...validateSelector(job), ...validateJobSpec(job.spec, "spec"), ...validateHostnames(job)];
}

/** Pods with a number have it in their host name. */
function validateHostnames({ metadata: { name }, spec: { completionMode, completions = 0 } }: Job): Cause[] {
  if (completionMode !== "Indexed" || completions < 1) return [];
  const last = `${name}-${completions - 1}`;
  if (dnsLabel(last) === undefined) return [];
  return [invalid("metadata.name", name, `will not able to create pod with invalid DNS label: ${last}`)];
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
  } else
    for (const field of ["backoffLimitPerIndex", "maxFailedIndexes"] as const)
      if (spec[field] !== undefined)
        causes.push(invalid(`${path}.${field}`, spec[field], "requires indexed completion mode"));
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    causes.push(required(`${path}.backoffLimitPerIndex`, "when maxFailedIndexes is specified"));
  causes.push(...validateJobPolicies(spec, path), ...validateTemplate(spec.template, `${path}.template`));
  const { restartPolicy } = spec.template.spec;
  if (restartPolicy === "Always")
    causes.push(required(`${path}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'));
  return causes;
}
