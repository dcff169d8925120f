/** Stored and admitted objects have been parsed by their kind's schema: their kind says their type. */
import type { ClusterRole } from "../../../api/kinds/rbac/cluster-role.ts";
import type { ClusterRoleBinding } from "../../../api/kinds/rbac/cluster-role-binding.ts";
import type { Role } from "../../../api/kinds/rbac/role.ts";
import type { RoleBinding } from "../../../api/kinds/rbac/role-binding.ts";
import type { ApiObject } from "../../../api/meta/object-meta.ts";

export function isClusterRole(object: ApiObject): object is ClusterRole {
  return object.kind === "ClusterRole";
}

export function isRole(object: ApiObject): object is Role {
  return object.kind === "Role";
}

export function isClusterRoleBinding(object: ApiObject): object is ClusterRoleBinding {
  return object.kind === "ClusterRoleBinding";
}

export function isRoleBinding(object: ApiObject): object is RoleBinding {
  return object.kind === "RoleBinding";
}
