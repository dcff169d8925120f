import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { labelSelectorSchema } from "../../meta/label-selector.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { createdAtColumn, nameColumn } from "../../printing.ts";
import type { Resource } from "../../resource.ts";
import { type Cause, required } from "../../validation/cause.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { pathSegment } from "../../validation/names.ts";
import { policyRuleSchema, validatePolicyRules } from "./policy-rule.ts";

const prefix = definitionPrefix.rbac;

const clusterRoleSchema = define(
  `${prefix}.ClusterRole`,
  "Rights in the whole fleet or, granted by a RoleBinding, in one namespace.",
  {
    ...typeMeta("rbac.authorization.k8s.io/v1", "ClusterRole"),
    metadata: objectMetaSchema,
    rules: z.array(policyRuleSchema).optional(),
    aggregationRule: define(
      `${prefix}.AggregationRule`,
      "Makes a role of the rules of others.",
      { clusterRoleSelectors: z.array(labelSelectorSchema).optional() },
      { clusterRoleSelectors: "Select the roles whose rules are taken over." },
    ).optional(),
  },
  {
    rules: "What the role allows; what no rule allows stays forbidden.",
    aggregationRule: "Where set, the fleet fills in the rules from other ClusterRoles.",
  },
);
export type ClusterRole = z.infer<typeof clusterRoleSchema>;

export const clusterRoleResource: Resource<ClusterRole> = defineResource<ClusterRole>({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  namespaced: false,
  schema: clusterRoleSchema,
  nameRule: pathSegment,
  columns: [nameColumn, createdAtColumn],
  validate: validateClusterRole,
});

function validateClusterRole({ rules, aggregationRule }: ClusterRole): Cause[] {
  const causes = validatePolicyRules(rules, false);
  if (aggregationRule === undefined) return causes;
  const { clusterRoleSelectors = [] } = aggregationRule;
  const path = "aggregationRule.clusterRoleSelectors";
  if (clusterRoleSelectors.length === 0)
    causes.push(required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil"));
  for (const [index, selector] of clusterRoleSelectors.entries())
    causes.push(...validateLabelSelector(selector, `${path}[${index}]`));
  return causes;
}
