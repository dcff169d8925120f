import { type Cause, invalid, required } from "../../validation/cause.ts";
import type { ScalingBehavior, ScalingRules } from "./scaling-behavior.ts";

/** One hour. */
const windowSecondsMax = 3600;
/** Half an hour. */
const periodSecondsMax = 1800;

export function validateScalingBehavior(behavior: ScalingBehavior | undefined, path: string): Cause[] {
  return (["scaleUp", "scaleDown"] as const).flatMap((way) => validateRules(behavior?.[way], `${path}.${way}`));
}

function validateRules(rules: ScalingRules | undefined, path: string): Cause[] {
  if (rules === undefined) return [];
  const { stabilizationWindowSeconds: window = 0, policies = [] } = rules;
  const causes: Cause[] = [];
  if (window < 0)
    causes.push(invalid(`${path}.stabilizationWindowSeconds`, window, "must be greater than or equal to zero"));
  if (window > windowSecondsMax)
    causes.push(
      invalid(`${path}.stabilizationWindowSeconds`, window, `must be less than or equal to ${windowSecondsMax}`),
    );
  if (policies.length === 0) causes.push(required(`${path}.policies`, "must specify at least one Policy"));
  for (const [index, { value, periodSeconds }] of policies.entries()) {
    const at = `${path}.policies[${index}]`;
    if (value <= 0) causes.push(invalid(`${at}.value`, value, "must be greater than zero"));
    if (periodSeconds <= 0) causes.push(invalid(`${at}.periodSeconds`, periodSeconds, "must be greater than zero"));
    if (periodSeconds > periodSecondsMax)
      causes.push(invalid(`${at}.periodSeconds`, periodSeconds, `must be less than or equal to ${periodSecondsMax}`));
  }
  return causes;
}
