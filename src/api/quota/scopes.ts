/** Which objects a quota is about: all, or the pods that its scopes select. */
import type { Pod } from "../kinds/pod.ts";
import { qosClassOf } from "../kinds/pod-state.ts";
import type { ResourceQuota } from "../kinds/resource-quota.ts";
import type { ApiObject } from "../meta/object-meta.ts";
import { isPod } from "./usage.ts";

type Requirement = NonNullable<NonNullable<ResourceQuota["spec"]["scopeSelector"]>["matchExpressions"]>[number];

/** A quota with scopes counts pods alone. */
export function isInScope({ spec }: Pick<ResourceQuota, "spec">, object: ApiObject): boolean {
  const { scopes = [], scopeSelector } = spec;
  const requirements: readonly Requirement[] = [
    ...scopes.map((scopeName): Requirement => ({ scopeName, operator: "Exists" })),
    ...(scopeSelector?.matchExpressions ?? []),
  ];
  if (requirements.length === 0) return true;
  return isPod(object) && requirements.every((requirement) => isMet(requirement, object));
}

function isMet({ scopeName, operator, values = [] }: Requirement, pod: Pod): boolean {
  switch (scopeName) {
    case "Terminating":
      return pod.spec.activeDeadlineSeconds !== undefined && pod.spec.activeDeadlineSeconds >= 0;
    case "NotTerminating":
      return pod.spec.activeDeadlineSeconds === undefined;
    case "BestEffort":
      return qosClassOf(pod) === "BestEffort";
    case "NotBestEffort":
      return qosClassOf(pod) !== "BestEffort";
    case "CrossNamespacePodAffinity":
      return reachesOtherNamespaces(pod);
    case "PriorityClass":
      return meets(operator, values, pod.spec.priorityClassName);
    default:
      return false;
  }
}

function meets(operator: Requirement["operator"], values: readonly string[], name = ""): boolean {
  switch (operator) {
    case "Exists":
      return name !== "";
    case "DoesNotExist":
      return name === "";
    case "In":
      return values.includes(name);
    case "NotIn":
      return !values.includes(name);
  }
}

function reachesOtherNamespaces({ spec: { affinity } }: Pod): boolean {
  const terms = [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((one) => [
    ...(one?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(one?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
  return terms.some((term) => (term?.namespaces ?? []).length > 0 || term?.namespaceSelector !== undefined);
}
