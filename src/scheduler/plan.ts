/** Chooses a board for one pod: filter, score, and explain where nothing fits. Pure. */
import type { Candidate, Filter, Placement, Score } from "./candidate.ts";
import { hostPortsFree } from "./filters/host-ports-free.ts";
import { nodeMatches } from "./filters/node-matches.ts";
import { resourcesFit } from "./filters/resources-fit.ts";
import { schedulable } from "./filters/schedulable.ts";
import { taintsTolerated } from "./filters/taints-tolerated.ts";
import { volumesReachable } from "./filters/volumes-reachable.ts";
import { leastAllocated } from "./scores/least-allocated.ts";
import { preferredAffinity } from "./scores/preferred-affinity.ts";
import { spreadByOwner } from "./scores/spread-by-owner.ts";

/** Cheap and selective ones first: of a board's reasons only the first filter's are told. */
const filters: readonly Filter[] = [
  schedulable,
  nodeMatches,
  taintsTolerated,
  hostPortsFree,
  volumesReachable,
  resourcesFit,
];
const scores: readonly Score[] = [leastAllocated, preferredAffinity, spreadByOwner];

export type SchedulingDecision =
  | { readonly kind: "bind"; readonly nodeName: string }
  /** `message` is what `kubectl describe` shows. */
  | { readonly kind: "unschedulable"; readonly message: string };

/** Of equally good boards the one whose name comes first. */
export function planPlacement(placement: Placement, candidates: readonly Candidate[]): SchedulingDecision {
  const fitting = candidates.filter((candidate) => filters.every((filter) => filter.check(placement, candidate)));
  let best: { readonly nodeName: string; readonly total: number } | undefined;
  for (const candidate of fitting) {
    const nodeName = candidate.node.metadata.name;
    const total = scores.reduce((sum, score) => sum + score.weight * score.rate(placement, candidate), 0);
    if (best === undefined || total > best.total || (total === best.total && nodeName < best.nodeName)) {
      best = { nodeName, total };
    }
  }
  return best === undefined
    ? { kind: "unschedulable", message: explainNoFit(placement, candidates) }
    : { kind: "bind", nodeName: best.nodeName };
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector.` */
function explainNoFit(placement: Placement, candidates: readonly Candidate[]): string {
  if (candidates.length === 0) return "no nodes available to schedule pods";
  const counts = new Map<string, number>();
  for (const candidate of candidates) {
    for (const reason of firstReasons(placement, candidate)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = Array.from(counts, ([reason, count]) => `${count} ${reason}`).sort();
  return `0/${candidates.length} nodes are available: ${reasons.join(", ")}.`;
}

function firstReasons(placement: Placement, candidate: Candidate): readonly string[] {
  for (const filter of filters) {
    const reasons = filter.explain(placement, candidate);
    if (reasons.length > 0) return reasons;
  }
  return [];
}
