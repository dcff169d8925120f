/** Whether a DaemonSet's pod belongs on a board. */
import type { DaemonSet } from "../kinds/daemon-set.ts";
import type { Node } from "../kinds/node.ts";
import { matchesNodeSelectorAndAffinity } from "../scheduling/node-affinity.ts";
import { toleratesTaints } from "../scheduling/taints.ts";
import { daemonPodTolerations } from "./daemon-tolerations.ts";

export type Placement =
  | "run"
  /** What runs may stay, but nothing new starts. */
  | "keep"
  | "evict";

/** Taints that say no more than that the board is away, which a rollout handles by itself. */
const awayTaints: ReadonlySet<string> = new Set(["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]);

export function placementOn(set: DaemonSet, node: Node): Placement {
  const { spec } = set.spec.template;
  if (spec.nodeName !== undefined && spec.nodeName !== node.metadata.name) return "evict";
  if (!matchesNodeSelectorAndAffinity(spec, node)) return "evict";
  const taints = node.spec.taints?.filter((taint) => !awayTaints.has(taint.key));
  const tolerations = daemonPodTolerations(set);
  if (!toleratesTaints(tolerations, taints, ["NoExecute"])) return "evict";
  return toleratesTaints(tolerations, taints, ["NoSchedule"]) ? "run" : "keep";
}
