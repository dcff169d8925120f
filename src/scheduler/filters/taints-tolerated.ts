/** The pod must bear every taint that keeps pods away. */
import { untoleratedTaint } from "../../api/scheduling/taints.ts";
import type { Filter } from "../candidate.ts";

const repelling = ["NoSchedule", "NoExecute"] as const;

export const taintsTolerated: Filter = {
  name: "taints-tolerated",
  check: ({ pod }, { node }) => untoleratedTaint(pod.spec.tolerations, node.spec.taints, repelling) === undefined,
  explain({ pod }, { node }) {
    const taint = untoleratedTaint(pod.spec.tolerations, node.spec.taints, repelling);
    return taint === undefined ? [] : [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`];
  },
};
