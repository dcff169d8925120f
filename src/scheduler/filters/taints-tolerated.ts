/** The pod must bear every taint that keeps pods away. */

import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { Taint } from "../../api/kinds/taint.ts";
import { untoleratedTaints } from "../../api/scheduling/taints.ts";
import type { Filter } from "../candidate.ts";

function firstUntolerated(pod: Pod, node: Node): Taint | undefined {
  return untoleratedTaints(pod.spec.tolerations, node.spec.taints).find(({ effect }) => effect !== "PreferNoSchedule");
}

export const taintsTolerated: Filter = {
  name: "taints-tolerated",
  check: ({ pod }, { node }) => firstUntolerated(pod, node) === undefined,
  explain({ pod }, { node }) {
    const taint = firstUntolerated(pod, node);
    return taint === undefined ? [] : [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`];
  },
};
