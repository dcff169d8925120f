/** Which nodes a selector over labels and fields chooses. */
import { ownValue } from "../../lib/own-value.ts";
import type { Node } from "../kinds/node.ts";
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from "../kinds/node-selector.ts";
import { matchesRequirement } from "../selectors/label-selector.ts";

type NodeName = Pick<Node, "metadata">;

/** Whether one of the selector's terms holds; without terms none does. */
export function matchesNodeSelector(selector: NodeSelector, node: NodeName): boolean {
  return selector.nodeSelectorTerms.some((term) => matchesNodeSelectorTerm(term, node));
}

/** A term without conditions matches no node, as in Kubernetes. */
export function matchesNodeSelectorTerm(term: NodeSelectorTerm, { metadata }: NodeName): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length + matchFields.length === 0) return false;
  const holds = (requirement: NodeSelectorRequirement, values: Readonly<Record<string, string>> | undefined) =>
    matchesRequirement({ ...requirement, values: requirement.values ?? [] }, values);
  const fields = { "metadata.name": metadata.name };
  return (
    matchExpressions.every((requirement) => holds(requirement, metadata.labels)) &&
    matchFields.every((requirement) => holds(requirement, fields))
  );
}

/** Whether the node has all of the labels. */
export function hasLabels(node: NodeName, labels: Readonly<Record<string, string>> | undefined): boolean {
  return Object.entries(labels ?? {}).every(([key, value]) => ownValue(node.metadata.labels, key) === value);
}
