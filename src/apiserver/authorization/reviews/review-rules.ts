/** SelfSubjectRulesReview: all that somebody may do in a namespace (`kubectl auth can-i --list`). */
import type { Identity } from "../../../api/exchange.ts";
import type { SelfSubjectRulesReview } from "../../../api/kinds/authorization/self-subject-rules-review.ts";
import type { PolicyRule } from "../../../api/kinds/rbac/policy-rule.ts";
import { nodeOf } from "../../authentication/well-known-groups.ts";
import { grantsOf, type Policy } from "../rbac/policy.ts";

type RulesStatus = NonNullable<SelfSubjectRulesReview["status"]>;

/** Pure. What a board may do depends on its pods besides, which no rule tells. */
export function reviewRules(policy: Policy, identity: Identity, namespace: string): RulesStatus {
  const rules = [...grantsOf(policy, identity, namespace)].flatMap((grant) => grant.rules);
  const isIncomplete = nodeOf(identity) !== undefined;
  return {
    resourceRules: rules.filter(isForResources).map(({ verbs, apiGroups, resources, resourceNames }) => ({
      verbs,
      apiGroups,
      resources,
      ...(resourceNames !== undefined && resourceNames.length > 0 && { resourceNames }),
    })),
    nonResourceRules: rules
      .filter((rule) => !isForResources(rule))
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: isIncomplete,
    ...(isIncomplete && { evaluationError: "what a board may do besides follows from the pods that are bound to it" }),
  };
}

function isForResources({ resources = [] }: PolicyRule): boolean {
  return resources.length > 0;
}
