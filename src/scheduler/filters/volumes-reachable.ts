/** The pod's bound volumes must be usable on the board: a local volume pins its pod. */
import { matchesNodeSelector } from "../../api/scheduling/node-selector.ts";
import type { Filter } from "../candidate.ts";

export const volumesReachable: Filter = {
  name: "volumes-reachable",
  check: ({ volumes }, { node }) =>
    volumes.every(({ spec }) => {
      const required = spec.nodeAffinity?.required;
      return required === undefined || matchesNodeSelector(required, node);
    }),
  explain: (placement, candidate) =>
    volumesReachable.check(placement, candidate) ? [] : ["node(s) had volume node affinity conflict"],
};
