import type { LabelSelector } from "../meta/label-selector.ts";
import { type Cause, forbidden, invalid, required } from "./cause.ts";
import { labelKey, labelValue } from "./names.ts";
import { validateLabels } from "./object-meta.ts";

/** What is wrong with a label selector; nothing is with an absent one. */
export function validateLabelSelector(selector: LabelSelector | undefined, path: string): Cause[] {
  const causes = validateLabels(selector?.matchLabels, `${path}.matchLabels`);
  for (const [index, { key, operator, values = [] }] of (selector?.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${index}]`;
    const wrong = labelKey(key);
    if (wrong !== undefined) causes.push(invalid(`${at}.key`, key, wrong));
    const takesValues = operator === "In" || operator === "NotIn";
    if (takesValues && values.length === 0)
      causes.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    if (!takesValues && values.length > 0)
      causes.push(forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    for (const [valueIndex, value] of values.entries()) {
      const wrongValue = labelValue(value);
      if (wrongValue !== undefined) causes.push(invalid(`${at}.values[${valueIndex}]`, value, wrongValue));
    }
  }
  return causes;
}
