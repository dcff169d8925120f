/** Roles that are made of others: `view`, `edit` and `admin` grow by every role that is labelled to join them. */
import type { ClusterRole } from "../../api/kinds/rbac/cluster-role.ts";
import type { PolicyRule } from "../../api/kinds/rbac/policy-rule.ts";
import { matchesLabelSelector } from "../../api/selectors/label-selector.ts";
import { sameJson } from "../../lib/same-json.ts";

/** The rules that `role` should have; undefined where it has them, or collects none. */
export function planAggregation(role: ClusterRole, all: Iterable<ClusterRole>): readonly PolicyRule[] | undefined {
  const selectors = role.aggregationRule?.clusterRoleSelectors;
  if (selectors === undefined) return undefined;
  const rules: PolicyRule[] = [];
  for (const other of sortedByName(all)) {
    const isSelf = other.metadata.name === role.metadata.name;
    if (isSelf || !selectors.some((selector) => matchesLabelSelector(selector, other.metadata.labels))) continue;
    for (const rule of other.rules ?? []) if (!rules.some((known) => sameJson(known, rule))) rules.push(rule);
  }
  return sameJson(rules, role.rules ?? []) ? undefined : rules;
}

/** The same roles give the same rules in the same order, so that nothing is written twice. */
function sortedByName(roles: Iterable<ClusterRole>): ClusterRole[] {
  return [...roles].sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
}
