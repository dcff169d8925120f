/** Whom bindings grant a role to, and the role itself. */
import { z } from "zod";
import { atomic, define, definitionPrefix, requiredText, text } from "../../meta/schema.ts";
import { type Cause, invalid, notSupported, required } from "../../validation/cause.ts";
import { dnsSubdomain, pathSegment } from "../../validation/names.ts";

const prefix = definitionPrefix.rbac;
export const rbacGroup = "rbac.authorization.k8s.io";

/** Users and groups are of the group, service accounts of the core group. */
function withApiGroup<S extends { kind: string; apiGroup?: string | undefined }>(subject: S): S {
  if (subject.apiGroup !== undefined || (subject.kind !== "User" && subject.kind !== "Group")) return subject;
  return { ...subject, apiGroup: rbacGroup };
}

const subjectSchema = atomic(
  define(
    `${prefix}.Subject`,
    "A user, a group or a service account.",
    { kind: requiredText, apiGroup: text, name: requiredText, namespace: text },
    { kind: "User, Group or ServiceAccount.", namespace: "The service account's namespace." },
  ),
).overwrite(withApiGroup);
export type Subject = z.infer<typeof subjectSchema>;
export const subjects = z.array(subjectSchema).optional();

export const roleRefSchema = atomic(
  define(
    `${prefix}.RoleRef`,
    "The role that is granted.",
    { apiGroup: z.string().min(1).default(rbacGroup), kind: requiredText, name: requiredText },
    { kind: "Role or ClusterRole." },
  ),
);
export type RoleRef = z.infer<typeof roleRefSchema>;

export function validateRoleRef({ apiGroup, kind, name }: RoleRef, kinds: readonly string[]): Cause[] {
  const causes: Cause[] = [];
  if (apiGroup !== rbacGroup) causes.push(notSupported("roleRef.apiGroup", apiGroup, [rbacGroup]));
  if (!kinds.includes(kind)) causes.push(notSupported("roleRef.kind", kind, kinds));
  const wrong = pathSegment(name);
  if (wrong !== undefined) causes.push(invalid("roleRef.name", name, wrong));
  return causes;
}

export function validateSubjects(list: readonly Subject[] | undefined): Cause[] {
  return (list ?? []).flatMap((subject, index) => validateSubject(subject, `subjects[${index}]`));
}

function validateSubject({ kind, apiGroup = "", name, namespace }: Subject, path: string): Cause[] {
  switch (kind) {
    case "ServiceAccount": {
      const wrong = dnsSubdomain(name);
      return [
        ...(wrong === undefined ? [] : [invalid(`${path}.name`, name, wrong)]),
        ...(apiGroup === "" ? [] : [notSupported(`${path}.apiGroup`, apiGroup, [""])]),
        ...(namespace === undefined ? [required(`${path}.namespace`)] : []),
      ];
    }
    case "User":
    case "Group":
      return apiGroup === rbacGroup ? [] : [notSupported(`${path}.apiGroup`, apiGroup, [rbacGroup])];
    default:
      return [notSupported(`${path}.kind`, kind, ["ServiceAccount", "User", "Group"])];
  }
}

/** A binding stays one of its role: who may bind a role need not be allowed to bind another. */
export function validateRoleRefUpdate(next: RoleRef, current: RoleRef): Cause[] {
  const isSame = next.kind === current.kind && next.name === current.name && next.apiGroup === current.apiGroup;
  return isSame ? [] : [invalid("roleRef", next, "cannot change roleRef")];
}
