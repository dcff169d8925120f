/** Nobody grants what he does not have, by a role or by a binding, unless a rule lets him `escalate` or `bind`. */
import { ApiError } from "../../../api/api-error.ts";
import type { PolicyRule } from "../../../api/kinds/rbac/policy-rule.ts";
import { rbacGroup } from "../../../api/kinds/rbac/subject.ts";
import type { ApiObject } from "../../../api/meta/object-meta.ts";
import { sameJson } from "../../../lib/same-json.ts";
import type { AdmissionContext, AdmissionRequest, ValidatingStep } from "../../admission/admission.ts";
import type { ResourceAttributes } from "../request-attributes.ts";
import { rightsText, uncoveredRights } from "./covers.ts";
import { isClusterRole, isClusterRoleBinding, isRole, isRoleBinding } from "./kinds.ts";
import { grantsOf, rulesOf } from "./policy.ts";

const everyRight: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

/** Throws `ApiError`: 403 with the rights that the author lacks, or 404 for a binding of no role. */
export const preventEscalation: ValidatingStep = async (context, request) => {
  const { resource, operation, object, oldObject } = request;
  const isGrant = resource.group === rbacGroup && (operation === "CREATE" || operation === "UPDATE");
  if (!isGrant || object === undefined || (oldObject !== undefined && grantsTheSame(object, oldObject))) {
    return undefined;
  }
  if (isRole(object)) await requireRights(context, request, "escalate", object.metadata.name, object.rules ?? []);
  if (isClusterRole(object)) {
    // What a role that collects others will come to allow, nobody can say now.
    const collects = object.aggregationRule !== undefined || collected(oldObject);
    const rules = collects ? everyRight : (object.rules ?? []);
    await requireRights(context, request, "escalate", object.metadata.name, rules);
  }
  if (isRoleBinding(object) || isClusterRoleBinding(object)) {
    const { roleRef } = object;
    const rules = rulesOf(await context.access.policy(), roleRef, request.namespace ?? "");
    await requireRights(
      context,
      request,
      "bind",
      roleRef.name,
      rules,
      roleRef.kind === "Role" ? "roles" : "clusterroles",
    );
  }
  return undefined;
};

function collected(object: ApiObject | undefined): boolean {
  return object !== undefined && isClusterRole(object) && object.aggregationRule !== undefined;
}

/** Labels count: they are how a role joins another. */
function grantsTheSame(next: ApiObject, current: ApiObject): boolean {
  const grant = ({ metadata, kind, apiVersion, ...rest }: ApiObject) => ({ ...rest, labels: metadata.labels });
  return sameJson(grant(next), grant(current));
}

/** Throws `ApiError`: 403, or 404 where `rules` are those of a role that is not there. */
async function requireRights(
  { access }: AdmissionContext,
  { identity, namespace = "", resource, name }: AdmissionRequest,
  verb: "escalate" | "bind",
  roleName: string,
  rules: readonly PolicyRule[] | undefined,
  plural = resource.plural,
): Promise<void> {
  const core = { type: "resource", group: rbacGroup, version: "v1", subresource: "" } as const;
  const asked: ResourceAttributes = { ...core, verb, resource: plural, namespace, name: roleName, fields: new Map() };
  if ((await access.authorizer.authorize(identity, asked)).type === "allowed") return;
  if (rules === undefined) throw ApiError.notFound({ group: rbacGroup, plural }, roleName);
  const owned = [...grantsOf(await access.policy(), identity, namespace)].flatMap((grant) => grant.rules);
  const missing = uncoveredRights(owned, rules);
  if (missing.length === 0) return;
  const groups = identity.groups.map((group) => JSON.stringify(group)).join(" ");
  throw ApiError.forbidden(
    resource,
    name,
    `user ${JSON.stringify(identity.user)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${rightsText(missing)}`,
  );
}
