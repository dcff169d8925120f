/** Who has which of the default roles from the start. */
import type { ClusterRoleBinding } from "../../../api/kinds/rbac/cluster-role-binding.ts";
import { rbacGroup, type Subject } from "../../../api/kinds/rbac/subject.ts";
import {
  authenticatedGroup,
  serviceAccountsGroup,
  unauthenticatedGroup,
} from "../../authentication/well-known-groups.ts";
import { defaultMetadata, rbacApiVersion } from "./rules.ts";

function group(name: string): Subject {
  return { kind: "Group", apiGroup: rbacGroup, name };
}

function user(name: string): Subject {
  return { kind: "User", apiGroup: rbacGroup, name };
}

/** A binding and its role have one name. */
function binding(name: string, subjects: Subject[]): ClusterRoleBinding {
  const roleRef = { apiGroup: rbacGroup, kind: "ClusterRole", name };
  return { apiVersion: rbacApiVersion, kind: "ClusterRoleBinding", metadata: defaultMetadata(name), roleRef, subjects };
}

export const defaultClusterRoleBindings: readonly ClusterRoleBinding[] = [
  binding("cluster-admin", [group("system:masters")]),
  binding("system:discovery", [group(authenticatedGroup)]),
  binding("system:basic-user", [group(authenticatedGroup)]),
  binding("system:public-info-viewer", [group(authenticatedGroup), group(unauthenticatedGroup)]),
  binding("system:monitoring", [group("system:monitoring")]),
  binding("system:service-account-issuer-discovery", [group(serviceAccountsGroup)]),
  // Boards are looked at one by one: what all of them may do is nobody's by being in their group.
  binding("system:node", []),
  binding("system:node-proxier", [user("system:kube-proxy")]),
];
