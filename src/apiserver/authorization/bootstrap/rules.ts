/** How the default roles are written down: short for people to read, in full for the store. */
import type { ClusterRole } from "../../../api/kinds/rbac/cluster-role.ts";
import type { PolicyRule } from "../../../api/kinds/rbac/policy-rule.ts";

export const rbacApiVersion = "rbac.authorization.k8s.io/v1";
/** Says that the fleet mends the object when it has lost what belongs to it; "false" keeps the fleet from it. */
export const autoUpdateAnnotation = "rbac.authorization.kubernetes.io/autoupdate";
const labels = { "kubernetes.io/bootstrapping": "rbac-defaults" };

export const readVerbs = ["get", "list", "watch"];
export const writeVerbs = ["create", "delete", "deletecollection", "patch", "update"];

/** `resources` with spaces between them. */
export function rule(verbs: readonly string[], group: string, resources: string): PolicyRule {
  return { verbs: [...verbs], apiGroups: [group], resources: resources.split(" ") };
}

/** `paths` with spaces between them. */
export function pathRule(paths: string): PolicyRule {
  return { verbs: ["get"], nonResourceURLs: paths.split(" ") };
}

/** Says that the object is a default one, for people and for whoever mends it. */
export function defaultMetadata(name: string, ownLabels: Readonly<Record<string, string>> = {}) {
  return { name, labels: { ...labels, ...ownLabels }, annotations: { [autoUpdateAnnotation]: "true" } };
}

/** `joins` are the roles of people whose rules these become a part of. */
export function clusterRole(name: string, rules: readonly PolicyRule[], joins: readonly string[] = []): ClusterRole {
  const joined = Object.fromEntries(joins.map((role) => [aggregationLabel(role), "true"]));
  return {
    apiVersion: rbacApiVersion,
    kind: "ClusterRole",
    metadata: defaultMetadata(name, joined),
    rules: [...rules],
  };
}

/** A role that has no rules of its own: a controller collects them from the roles that join it. */
export function aggregatedRole(name: string, joins: readonly string[] = []): ClusterRole {
  const clusterRoleSelectors = [{ matchLabels: { [aggregationLabel(name)]: "true" } }];
  return { ...clusterRole(name, [], joins), aggregationRule: { clusterRoleSelectors } };
}

function aggregationLabel(role: string): string {
  return `rbac.authorization.k8s.io/aggregate-to-${role}`;
}
