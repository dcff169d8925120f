/** The roles and bindings of the fleet, and which of them concern somebody in a place. */
import type { Identity } from "../../../api/exchange.ts";
import type { ClusterRole } from "../../../api/kinds/rbac/cluster-role.ts";
import type { ClusterRoleBinding } from "../../../api/kinds/rbac/cluster-role-binding.ts";
import type { PolicyRule } from "../../../api/kinds/rbac/policy-rule.ts";
import type { Role } from "../../../api/kinds/rbac/role.ts";
import type { RoleBinding } from "../../../api/kinds/rbac/role-binding.ts";
import type { RoleRef, Subject } from "../../../api/kinds/rbac/subject.ts";
import { serviceAccountUser } from "../../authentication/well-known-groups.ts";

export interface Policy {
  clusterRole(name: string): ClusterRole | undefined;
  role(namespace: string, name: string): Role | undefined;
  readonly clusterRoleBindings: Iterable<ClusterRoleBinding>;
  /** Those of one namespace. */
  roleBindings(namespace: string): Iterable<RoleBinding>;
}

type Binding = ClusterRoleBinding | RoleBinding;

/** A role that is granted, through the binding that grants it. */
export interface Grant {
  readonly rules: readonly PolicyRule[];
  /** `RBAC: allowed by ClusterRoleBinding "view" of ClusterRole "view" to Group "devs"` */
  readonly reason: string;
}

/** All that is granted to somebody in the whole fleet, and, where one is named, in a namespace. */
export function* grantsOf(policy: Policy, identity: Identity, namespace: string): Generator<Grant> {
  for (const binding of policy.clusterRoleBindings) yield* grantsThrough(policy, binding, identity, "");
  if (namespace === "") return;
  for (const binding of policy.roleBindings(namespace)) yield* grantsThrough(policy, binding, identity, namespace);
}

function* grantsThrough(policy: Policy, binding: Binding, identity: Identity, namespace: string): Generator<Grant> {
  const { roleRef, subjects = [], kind, metadata } = binding;
  const subject = subjects.find((candidate) => isSubject(candidate, identity, namespace));
  if (subject === undefined) return;
  const rules = rulesOf(policy, roleRef, namespace);
  // A binding of a role that is not there grants nothing until it is.
  if (rules === undefined) return;
  const name = namespace === "" ? metadata.name : `${metadata.name}/${namespace}`;
  yield {
    rules,
    reason: `RBAC: allowed by ${kind} "${name}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${subjectName(subject, namespace)}"`,
  };
}

/** The rules of the role that a binding in `namespace` refers to; undefined where there is no such role. */
export function rulesOf(policy: Policy, { kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
  const role = kind === "Role" ? policy.role(namespace, name) : policy.clusterRole(name);
  return role === undefined ? undefined : (role.rules ?? []);
}

function isSubject({ kind, name, namespace }: Subject, identity: Identity, bindingNamespace: string): boolean {
  switch (kind) {
    case "User":
      return name === identity.user;
    case "Group":
      return identity.groups.includes(name);
    case "ServiceAccount": {
      const home = namespace ?? bindingNamespace;
      return home !== "" && serviceAccountUser({ namespace: home, name }) === identity.user;
    }
    default:
      return false;
  }
}

function subjectName({ kind, name, namespace }: Subject, bindingNamespace: string): string {
  return kind === "ServiceAccount" ? `${name}/${namespace ?? bindingNamespace}` : name;
}
