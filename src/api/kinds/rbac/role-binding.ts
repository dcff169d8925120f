import type { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { pathSegment } from "../../validation/names.ts";
import { roleBindingColumns } from "./binding-columns.ts";
import {
  rbacGroup,
  roleRefSchema,
  subjects,
  validateRoleRef,
  validateRoleRefUpdate,
  validateSubjects,
} from "./subject.ts";

const roleBindingSchema = define(
  `${definitionPrefix.rbac}.RoleBinding`,
  "Grants a role within one namespace.",
  {
    ...typeMeta("rbac.authorization.k8s.io/v1", "RoleBinding"),
    metadata: objectMetaSchema,
    subjects,
    roleRef: roleRefSchema,
  },
  { subjects: "Whom the role is granted to.", roleRef: "The role. Cannot be changed." },
);
export type RoleBinding = z.infer<typeof roleBindingSchema>;

export const roleBindingResource: Resource<RoleBinding> = defineResource<RoleBinding>({
  group: rbacGroup,
  version: "v1",
  kind: "RoleBinding",
  plural: "rolebindings",
  namespaced: true,
  schema: roleBindingSchema,
  nameRule: pathSegment,
  columns: roleBindingColumns,
  validate: (binding) => [
    ...validateRoleRef(binding.roleRef, ["Role", "ClusterRole"]),
    ...validateSubjects(binding.subjects),
  ],
  validateUpdate: (next, current) => validateRoleRefUpdate(next.roleRef, current.roleRef),
});
