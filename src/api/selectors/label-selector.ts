/** Which objects a selector chooses, by their labels. */
import { ownValue } from "../../lib/own-value.ts";
import type { LabelSelector } from "../meta/label-selector.ts";

export type Labels = Readonly<Record<string, string>>;

/** One condition on a label. All conditions of a selector must hold. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";
  readonly values: readonly string[];
}

function requirementsOf(selector: LabelSelector): LabelRequirement[] {
  const exact = Object.entries(selector.matchLabels ?? {}).map(
    ([key, value]): LabelRequirement => ({ key, operator: "In", values: [value] }),
  );
  const further = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => ({
    key,
    operator,
    values,
  }));
  return [...exact, ...further];
}

/** An empty selector matches everything, an absent one nothing, as in Kubernetes. */
export function matchesLabelSelector(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  return selector !== undefined && matchesRequirements(requirementsOf(selector), labels);
}

export function matchesRequirements(requirements: readonly LabelRequirement[], labels: Labels | undefined): boolean {
  return requirements.every((requirement) => matchesRequirement(requirement, labels));
}

export function matchesRequirement({ key, operator, values }: LabelRequirement, labels: Labels | undefined): boolean {
  const value = ownValue(labels, key);
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
    case "Lt":
      return isOrdered(operator, integerOf(value), integerOf(values[0]));
  }
}

function isOrdered(operator: "Gt" | "Lt", value: number | undefined, bound: number | undefined): boolean {
  if (value === undefined || bound === undefined) return false;
  return operator === "Gt" ? value > bound : value < bound;
}

/** The whole number that a label writes. */
export function integerOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The selector in the syntax of queries: `app=web,tier in (a,b),!old`. */
export function labelSelectorText(selector: LabelSelector | undefined): string {
  if (selector === undefined) return "<none>";
  const text = requirementsText(requirementsOf(selector));
  return text === "" ? "<none>" : text;
}

/** Requirements in the syntax of queries, sorted by key. */
export function requirementsText(requirements: readonly LabelRequirement[]): string {
  return requirements.map(requirementText).sort().join(",");
}

function requirementText({ key, operator, values }: LabelRequirement): string {
  const list = values.toSorted().join(",");
  switch (operator) {
    case "In":
      return values.length === 1 ? `${key}=${list}` : `${key} in (${list})`;
    case "NotIn":
      return values.length === 1 ? `${key}!=${list}` : `${key} notin (${list})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    case "Gt":
      return `${key}>${list}`;
    case "Lt":
      return `${key}<${list}`;
  }
}
