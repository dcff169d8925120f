/** Prefers the board with the largest share of CPU and memory left, this pod included. */
import type { Score } from "../candidate.ts";
import { demandOfAll, nodeAllocatable } from "../resource-demand.ts";

export const leastAllocated: Score = {
  name: "least-allocated",
  weight: 1,
  rate({ pod }, { node, pods }) {
    const allocatable = nodeAllocatable(node);
    const used = demandOfAll([...pods, pod]);
    const shares = [
      freeShare(used.cpuMilli, allocatable.cpuMilli),
      freeShare(used.memoryBytes, allocatable.memoryBytes),
      freeShare(used.pods, allocatable.pods),
    ];
    return (100 * shares.reduce((total, share) => total + share, 0)) / shares.length;
  },
};

function freeShare(used: number, allocatable: number): number {
  return allocatable === 0 ? 0 : Math.max(0, 1 - used / allocatable);
}
