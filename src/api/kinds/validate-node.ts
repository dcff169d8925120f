/** What is wrong with a board's object. */
import { type Cause, duplicate, forbidden, invalid } from "../validation/cause.ts";
import { labelKey, labelValue } from "../validation/names.ts";
import type { Node } from "./node.ts";

export function validateNode({ spec }: Node): Cause[] {
  const causes: Cause[] = [];
  const seen = new Set<string>();
  for (const [index, { key, value = "", effect }] of (spec.taints ?? []).entries()) {
    const path = `spec.taints[${index}]`;
    const wrongKey = labelKey(key);
    if (wrongKey !== undefined) causes.push(invalid(`${path}.key`, key, wrongKey));
    const wrongValue = labelValue(value);
    if (wrongValue !== undefined) causes.push(invalid(`${path}.value`, value, wrongValue));
    const identity = `${key}:${effect}`;
    if (seen.has(identity))
      causes.push({
        ...duplicate(path, identity),
        message: `Duplicate value: taints must be unique by key and effect pair`,
      });
    seen.add(identity);
  }
  if (spec.podCIDR !== undefined && spec.podCIDRs !== undefined && spec.podCIDRs[0] !== spec.podCIDR)
    causes.push(invalid("spec.podCIDRs", spec.podCIDRs, "the first must be podCIDR"));
  return causes;
}

/** A board's share of the pods' addresses is given once. */
export function validateNodeUpdate(next: Node, current: Node): Cause[] {
  const causes: Cause[] = [];
  for (const field of ["podCIDR", "providerID"] as const)
    if (current.spec[field] !== undefined && next.spec[field] !== current.spec[field])
      causes.push(forbidden(`spec.${field}`, `node updates may not change ${field} except from "" to valid`));
  return causes;
}
