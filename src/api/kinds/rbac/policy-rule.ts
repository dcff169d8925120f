/** What a role allows, and what is wrong with it. */
import { z } from "zod";
import { define, definitionPrefix, textList } from "../../meta/schema.ts";
import { type Cause, invalid, required } from "../../validation/cause.ts";

export const policyRuleSchema = define(
  `${definitionPrefix.rbac}.PolicyRule`,
  "Allows verbs on resources, or on paths that are no resources.",
  {
    verbs: z.array(z.string()),
    apiGroups: textList,
    resources: textList,
    resourceNames: textList,
    nonResourceURLs: textList,
  },
  {
    verbs: "What may be done: get, list, watch, create, update, patch, delete, deletecollection; `*` is everything.",
    apiGroups: "The groups of the resources; the empty text is the core group, `*` every group.",
    resources: "The resources in the plural, `pods/log` for a subresource; `*` is every resource.",
    resourceNames: "The names of the objects; every object where absent.",
    nonResourceURLs: "Paths such as `/healthz`; a `*` at the end stands for any rest. For ClusterRoles only.",
  },
);
export type PolicyRule = z.infer<typeof policyRuleSchema>;

export function validatePolicyRules(rules: readonly PolicyRule[] | undefined, isNamespaced: boolean): Cause[] {
  return (rules ?? []).flatMap((rule, index) => validatePolicyRule(rule, `rules[${index}]`, isNamespaced));
}

function validatePolicyRule(rule: PolicyRule, path: string, isNamespaced: boolean): Cause[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const causes: Cause[] = [];
  if (verbs.length === 0) causes.push(required(`${path}.verbs`, "verbs must contain at least one value"));
  if (nonResourceURLs.length > 0) {
    const at = `${path}.nonResourceURLs`;
    if (isNamespaced) causes.push(invalid(at, nonResourceURLs, "namespaced rules cannot apply to non-resource URLs"));
    if (apiGroups.length + resources.length + resourceNames.length > 0)
      causes.push(invalid(at, nonResourceURLs, "rules cannot apply to both regular resources and non-resource URLs"));
    return causes;
  }
  if (apiGroups.length === 0)
    causes.push(required(`${path}.apiGroups`, "resource rules must supply at least one api group"));
  if (resources.length === 0)
    causes.push(required(`${path}.resources`, "resource rules must supply at least one resource"));
  return causes;
}
