/** What is wrong with what a Job does about pods that fail or succeed in special ways. */
import { type Cause, duplicate, invalid, notSupported, required, tooMany } from "../../validation/cause.ts";
import { labelKey } from "../../validation/names.ts";
import type { JobSpec, PodFailurePolicyRule } from "./job-spec.ts";

const rulesMax = 20;
const exitCodesMax = 255;

export function validateJobPolicies(spec: JobSpec, path: string): Cause[] {
  return [
    ...validateFailurePolicy(spec, path),
    ...validateSuccessPolicy(spec, path),
    ...validateReplacement(spec, path),
  ];
}

function validateReplacement({ podFailurePolicy, podReplacementPolicy }: JobSpec, path: string): Cause[] {
  if (podFailurePolicy === undefined || podReplacementPolicy !== "TerminatingOrFailed") return [];
  return [notSupported(`${path}.podReplacementPolicy`, podReplacementPolicy, ["Failed"])];
}

function validateFailurePolicy({ podFailurePolicy, template, backoffLimitPerIndex }: JobSpec, path: string): Cause[] {
  if (podFailurePolicy === undefined) return [];
  const causes: Cause[] = [];
  const { restartPolicy } = template.spec;
  if (restartPolicy !== "Never")
    causes.push(
      invalid(
        `${path}.template.spec.restartPolicy`,
        restartPolicy,
        'only "Never" is supported when podFailurePolicy is specified',
      ),
    );
  const at = `${path}.podFailurePolicy.rules`;
  if (podFailurePolicy.rules.length > rulesMax) causes.push(tooMany(at, podFailurePolicy.rules.length, rulesMax));
  const names = new Set([...template.spec.containers, ...(template.spec.initContainers ?? [])].map(({ name }) => name));
  for (const [index, rule] of podFailurePolicy.rules.entries()) {
    causes.push(...validateFailureRule(rule, names, `${at}[${index}]`));
    if (rule.action === "FailIndex" && backoffLimitPerIndex === undefined)
      causes.push(invalid(`${at}[${index}].action`, rule.action, "requires the backoffLimitPerIndex to be set"));
  }
  return causes;
}

function validateFailureRule(rule: PodFailurePolicyRule, containers: ReadonlySet<string>, path: string): Cause[] {
  const { onExitCodes, onPodConditions = [] } = rule;
  const causes: Cause[] = [];
  if (onExitCodes !== undefined && onPodConditions.length > 0)
    causes.push(invalid(path, "", "specifying both OnExitCodes and OnPodConditions is not supported"));
  if (onExitCodes === undefined && onPodConditions.length === 0)
    causes.push(invalid(path, "", "specifying one of OnExitCodes and OnPodConditions is required"));
  if (onExitCodes !== undefined) causes.push(...validateExitCodes(onExitCodes, containers, `${path}.onExitCodes`));
  for (const [index, { type }] of onPodConditions.entries()) {
    const wrong = labelKey(type);
    if (wrong !== undefined) causes.push(invalid(`${path}.onPodConditions[${index}].type`, type, wrong));
  }
  return causes;
}

type ExitCodes = NonNullable<PodFailurePolicyRule["onExitCodes"]>;

function validateExitCodes(
  { containerName, operator, values }: ExitCodes,
  containers: ReadonlySet<string>,
  path: string,
): Cause[] {
  const causes: Cause[] = [];
  if (containerName !== undefined && !containers.has(containerName))
    causes.push(
      invalid(
        `${path}.containerName`,
        containerName,
        "must be one of the container or initContainer names in the pod template",
      ),
    );
  if (values.length === 0) causes.push(invalid(`${path}.values`, values, "at least one value is required"));
  if (values.length > exitCodesMax) causes.push(tooMany(`${path}.values`, values.length, exitCodesMax));
  for (const [index, value] of values.entries()) {
    if (operator === "In" && value === 0)
      causes.push(invalid(`${path}.values[${index}]`, value, "must not be 0 for the In operator"));
    if (values.indexOf(value) < index) causes.push(duplicate(`${path}.values[${index}]`, value));
  }
  if (values.some((value, index) => value < (values[index - 1] ?? value)))
    causes.push(invalid(`${path}.values`, values, "must be ordered"));
  return causes;
}

function validateSuccessPolicy({ successPolicy, completionMode }: JobSpec, path: string): Cause[] {
  if (successPolicy === undefined) return [];
  const at = `${path}.successPolicy`;
  const causes: Cause[] = [];
  if (completionMode !== "Indexed") causes.push(invalid(at, successPolicy, "requires indexed completion mode"));
  if (successPolicy.rules.length === 0)
    causes.push(required(`${at}.rules`, "at least one rules must be specified when the successPolicy is specified"));
  for (const [index, { succeededCount, succeededIndexes }] of successPolicy.rules.entries()) {
    const path = `${at}.rules[${index}]`;
    if (succeededCount === undefined && succeededIndexes === undefined)
      causes.push(required(path, "at least one of succeededCount or succeededIndexes must be specified"));
    if (succeededCount !== undefined && succeededCount < 0)
      causes.push(invalid(`${path}.succeededCount`, succeededCount, "must be greater than or equal to 0"));
    if (succeededIndexes !== undefined && !/^\d{1,6}(-\d{1,6})?(,\d{1,6}(-\d{1,6})?)*$/.test(succeededIndexes))
      causes.push(invalid(`${path}.succeededIndexes`, succeededIndexes, "must be numbers and ranges such as 1,3-5"));
  }
  return causes;
}
