import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { createdAtColumn, nameColumn } from "../../printing.ts";
import type { Resource } from "../../resource.ts";
import { pathSegment } from "../../validation/names.ts";
import { policyRuleSchema, validatePolicyRules } from "./policy-rule.ts";

const roleSchema = define(
  `${definitionPrefix.rbac}.Role`,
  "Rights within one namespace, for RoleBindings to grant.",
  {
    ...typeMeta("rbac.authorization.k8s.io/v1", "Role"),
    metadata: objectMetaSchema,
    rules: z.array(policyRuleSchema).optional(),
  },
  { rules: "What the role allows; what no rule allows stays forbidden." },
);
export type Role = z.infer<typeof roleSchema>;

export const roleResource: Resource<Role> = defineResource<Role>({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  namespaced: true,
  schema: roleSchema,
  nameRule: pathSegment,
  columns: [nameColumn, createdAtColumn],
  validate: ({ rules }) => validatePolicyRules(rules, true),
});
