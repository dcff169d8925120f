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

const clusterRoleBindingSchema = define(
  `${definitionPrefix.rbac}.ClusterRoleBinding`,
  "Grants a role in the whole fleet.",
  {
    ...typeMeta("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    metadata: objectMetaSchema,
    subjects,
    roleRef: roleRefSchema,
  },
  { subjects: "Whom the role is granted to.", roleRef: "The role. Cannot be changed." },
);
export type ClusterRoleBinding = z.infer<typeof clusterRoleBindingSchema>;

export const clusterRoleBindingResource: Resource<ClusterRoleBinding> = defineResource<ClusterRoleBinding>({
  group: rbacGroup,
  version: "v1",
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  namespaced: false,
  schema: clusterRoleBindingSchema,
  nameRule: pathSegment,
  columns: roleBindingColumns,
  validate: (binding) => [...validateRoleRef(binding.roleRef, ["ClusterRole"]), ...validateSubjects(binding.subjects)],
  validateUpdate: (next, current) => validateRoleRefUpdate(next.roleRef, current.roleRef),
});
