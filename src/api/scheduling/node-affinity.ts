/** Which nodes a pod may run on by its own wish, and which of them it would rather. */
import type { Node } from "../kinds/node.ts";
import type { PodSpec } from "../kinds/pod-spec.ts";
import { hasLabels, matchesNodeSelector, matchesNodeSelectorTerm } from "./node-selector.ts";

/** Whether the pod's required node affinity allows the node; without one, all are allowed. */
function matchesNodeAffinity(spec: Pick<PodSpec, "affinity">, node: Node): boolean {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || matchesNodeSelector(required, node);
}

/** Whether both the pod's `nodeSelector` and its required node affinity allow the node. */
export function matchesNodeSelectorAndAffinity(spec: Pick<PodSpec, "affinity" | "nodeSelector">, node: Node): boolean {
  return hasLabels(node, spec.nodeSelector) && matchesNodeAffinity(spec, node);
}

/** The sum of the weights of the pod's preferences that the node meets. */
export function nodePreference(spec: Pick<PodSpec, "affinity">, node: Node): number {
  const preferences = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return preferences
    .filter(({ preference }) => matchesNodeSelectorTerm(preference, node))
    .reduce((sum, { weight }) => sum + weight, 0);
}
