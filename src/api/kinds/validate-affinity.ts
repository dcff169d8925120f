/** What is wrong with where a pod wants to run. */
import { integerOf } from "../selectors/label-selector.ts";
import { type Cause, invalid, required } from "../validation/cause.ts";
import { validateLabelSelector } from "../validation/label-selector.ts";
import { labelKey } from "../validation/names.ts";
import type { Affinity, PodAffinityTerm, Toleration } from "./affinity.ts";
import type { NodeSelector, NodeSelectorTerm } from "./node-selector.ts";

export function validateAffinity(affinity: Affinity | undefined, path: string): Cause[] {
  const causes: Cause[] = [];
  const node = affinity?.nodeAffinity;
  const nodePath = `${path}.nodeAffinity`;
  if (node?.requiredDuringSchedulingIgnoredDuringExecution !== undefined)
    causes.push(
      ...validateNodeSelector(
        node.requiredDuringSchedulingIgnoredDuringExecution,
        `${nodePath}.requiredDuringSchedulingIgnoredDuringExecution`,
      ),
    );
  for (const [index, { weight, preference }] of (
    node?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  ).entries()) {
    const at = `${nodePath}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
    causes.push(...validateWeight(weight, at), ...validateTerm(preference, `${at}.preference`));
  }
  for (const name of ["podAffinity", "podAntiAffinity"] as const) {
    const pods = affinity?.[name];
    for (const [index, term] of (pods?.requiredDuringSchedulingIgnoredDuringExecution ?? []).entries())
      causes.push(...validatePodTerm(term, `${path}.${name}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`));
    for (const [index, preferred] of (pods?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
      const at = `${path}.${name}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
      causes.push(
        ...validateWeight(preferred.weight, at),
        ...validatePodTerm(preferred.podAffinityTerm, `${at}.podAffinityTerm`),
      );
    }
  }
  return causes;
}

function validateWeight(weight: number, path: string): Cause[] {
  return weight >= 1 && weight <= 100 ? [] : [invalid(`${path}.weight`, weight, "must be in the range 1-100")];
}

function validatePodTerm(term: PodAffinityTerm, path: string): Cause[] {
  const wrong = labelKey(term.topologyKey);
  return [
    ...(wrong === undefined ? [] : [invalid(`${path}.topologyKey`, term.topologyKey, wrong)]),
    ...validateLabelSelector(term.labelSelector, `${path}.labelSelector`),
    ...validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`),
  ];
}

export function validateNodeSelector({ nodeSelectorTerms }: NodeSelector, path: string): Cause[] {
  if (nodeSelectorTerms.length === 0)
    return [required(`${path}.nodeSelectorTerms`, "must have at least one node selector term")];
  return nodeSelectorTerms.flatMap((term, index) => validateTerm(term, `${path}.nodeSelectorTerms[${index}]`));
}

function validateTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, path: string): Cause[] {
  const causes: Cause[] = [];
  for (const [index, { key, operator, values = [] }] of matchExpressions.entries()) {
    const at = `${path}.matchExpressions[${index}]`;
    const wrong = labelKey(key);
    if (wrong !== undefined) causes.push(invalid(`${at}.key`, key, wrong));
    if ((operator === "In" || operator === "NotIn") && values.length === 0)
      causes.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    if ((operator === "Exists" || operator === "DoesNotExist") && values.length > 0)
      causes.push(
        invalid(`${at}.values`, values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
    if ((operator === "Gt" || operator === "Lt") && (values.length !== 1 || integerOf(values[0]) === undefined))
      causes.push(required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
  }
  for (const [index, { key, operator, values = [] }] of matchFields.entries()) {
    const at = `${path}.matchFields[${index}]`;
    if (key !== "metadata.name") causes.push(invalid(`${at}.key`, key, "not a valid field selector key"));
    if (operator !== "In" && operator !== "NotIn")
      causes.push(invalid(`${at}.operator`, operator, "not a valid selector operator"));
    else if (values.length !== 1)
      causes.push(
        required(`${at}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"),
      );
  }
  return causes;
}

export function validateTolerations(tolerations: readonly Toleration[], path: string): Cause[] {
  const causes: Cause[] = [];
  for (const [index, { key, operator = "Equal", value, effect, tolerationSeconds }] of tolerations.entries()) {
    const at = `${path}[${index}]`;
    const wrong = key === undefined ? undefined : labelKey(key);
    if (wrong !== undefined) causes.push(invalid(`${at}.key`, key, wrong));
    if (key === undefined && operator !== "Exists")
      causes.push(
        invalid(
          `${at}.operator`,
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    if (operator === "Exists" && value !== undefined)
      causes.push(invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    if (tolerationSeconds !== undefined && effect !== "NoExecute")
      causes.push(invalid(`${at}.effect`, effect ?? "", "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  }
  return causes;
}
