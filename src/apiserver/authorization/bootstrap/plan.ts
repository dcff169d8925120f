/** What the default roles and bindings of a fleet lack: made where they are gone, mended where they have lost something. */
import type { ClusterRole } from "../../../api/kinds/rbac/cluster-role.ts";
import type { ClusterRoleBinding } from "../../../api/kinds/rbac/cluster-role-binding.ts";
import type { Subject } from "../../../api/kinds/rbac/subject.ts";
import type { ObjectMeta } from "../../../api/meta/object-meta.ts";
import { sameJson } from "../../../lib/same-json.ts";
import { uncoveredRights } from "../rbac/covers.ts";
import { autoUpdateAnnotation } from "./rules.ts";

/** `create` what is not there, `replace` what lacks something, `recreate` a binding of another role. */
export type DefaultsStep<T> = { readonly step: "create" | "replace" | "recreate"; readonly object: T };

/** Pure. What people have added stays, and so does what they have kept for themselves by the annotation. */
export function planDefaultRoles(
  wanted: readonly ClusterRole[],
  existing: ReadonlyMap<string, ClusterRole>,
): DefaultsStep<ClusterRole>[] {
  return wanted.flatMap((role): DefaultsStep<ClusterRole>[] => {
    const current = existing.get(role.metadata.name);
    if (current === undefined) return [{ step: "create", object: role }];
    return replaced(current, mendedRole(role, current));
  });
}

/** Pure; as `planDefaultRoles`. */
export function planDefaultBindings(
  wanted: readonly ClusterRoleBinding[],
  existing: ReadonlyMap<string, ClusterRoleBinding>,
): DefaultsStep<ClusterRoleBinding>[] {
  return wanted.flatMap((binding): DefaultsStep<ClusterRoleBinding>[] => {
    const current = existing.get(binding.metadata.name);
    if (current === undefined) return [{ step: "create", object: binding }];
    const isSameRole = sameJson(binding.roleRef, current.roleRef);
    if (!isSameRole) return isKept(current) ? [] : [{ step: "recreate", object: binding }];
    return replaced(current, mendedBinding(binding, current));
  });
}

function replaced<T extends { readonly metadata: ObjectMeta }>(current: T, mended: T): DefaultsStep<T>[] {
  return isKept(current) || sameJson(current, mended) ? [] : [{ step: "replace", object: mended }];
}

function isKept({ metadata }: { readonly metadata: ObjectMeta }): boolean {
  return metadata.annotations?.[autoUpdateAnnotation] === "false";
}

/** Where rules are collected from other roles, the collector looks after them. */
function mendedRole(wanted: ClusterRole, current: ClusterRole): ClusterRole {
  const metadata = mendedMetadata(wanted.metadata, current.metadata);
  if (wanted.aggregationRule !== undefined) return { ...current, metadata, aggregationRule: wanted.aggregationRule };
  const rules = current.rules ?? [];
  const missing = (wanted.rules ?? []).filter((rule) => uncoveredRights(rules, [rule]).length > 0);
  return missing.length === 0 ? { ...current, metadata } : { ...current, metadata, rules: [...rules, ...missing] };
}

function mendedBinding(wanted: ClusterRoleBinding, current: ClusterRoleBinding): ClusterRoleBinding {
  const metadata = mendedMetadata(wanted.metadata, current.metadata);
  const subjects = current.subjects ?? [];
  const missing = (wanted.subjects ?? []).filter((subject) => !subjects.some((other) => isSame(subject, other)));
  return missing.length === 0
    ? { ...current, metadata }
    : { ...current, metadata, subjects: [...subjects, ...missing] };
}

function isSame(one: Subject, other: Subject): boolean {
  return one.kind === other.kind && one.name === other.name && one.namespace === other.namespace;
}

function mendedMetadata(wanted: ObjectMeta, current: ObjectMeta): ObjectMeta {
  return {
    ...current,
    labels: { ...current.labels, ...wanted.labels },
    annotations: { ...wanted.annotations, ...current.annotations },
  };
}
