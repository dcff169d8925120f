/** The board must be one that the pod's `nodeSelector` and required node affinity name. */
import { matchesNodeSelectorAndAffinity } from "../../api/scheduling/node-affinity.ts";
import type { Filter } from "../candidate.ts";

export const nodeMatches: Filter = {
  name: "node-matches",
  check: ({ pod }, { node }) => matchesNodeSelectorAndAffinity(pod.spec, node),
  explain: (placement, candidate) =>
    nodeMatches.check(placement, candidate) ? [] : ["node(s) didn't match Pod's node affinity/selector"],
};
