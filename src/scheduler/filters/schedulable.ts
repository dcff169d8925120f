/** The board must not be cordoned, unless the pod bears that. */
import type { Taint } from "../../api/kinds/taint.ts";
import { toleratesTaint } from "../../api/scheduling/taints.ts";
import type { Filter } from "../candidate.ts";

const cordoned: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

export const schedulable: Filter = {
  name: "schedulable",
  check: ({ pod }, { node }) =>
    node.spec.unschedulable !== true ||
    (pod.spec.tolerations ?? []).some((toleration) => toleratesTaint(toleration, cordoned)),
  explain: (placement, candidate) => (schedulable.check(placement, candidate) ? [] : ["node(s) were unschedulable"]),
};
