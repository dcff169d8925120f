/** RoleBindings and ClusterRoleBindings as `kubectl get` shows them. */
import type { Column } from "../../define-resource.ts";
import type { ApiObject } from "../../meta/object-meta.ts";
import { ageColumn, nameColumn } from "../../printing.ts";
import type { RoleRef, Subject } from "./subject.ts";

interface Binding extends ApiObject {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[] | undefined;
}

function namesOf({ subjects = [] }: Binding, kind: string): string {
  const names = subjects
    .filter((subject) => subject.kind === kind)
    .map(({ name, namespace }) => (kind === "ServiceAccount" ? `${namespace ?? ""}/${name}` : name));
  return names.join(", ");
}

export const roleBindingColumns: readonly Column<Binding>[] = [
  nameColumn,
  { name: "Role", description: "The role that is granted.", cell: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}` },
  ageColumn,
  { name: "Users", description: "Users that have it.", wide: true, cell: (binding) => namesOf(binding, "User") },
  { name: "Groups", description: "Groups that have it.", wide: true, cell: (binding) => namesOf(binding, "Group") },
  {
    name: "ServiceAccounts",
    description: "Service accounts that have it.",
    wide: true,
    cell: (binding) => namesOf(binding, "ServiceAccount"),
  },
];
