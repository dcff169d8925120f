/** The board must have CPU, memory and room for one more pod left to promise. */
import type { Filter } from "../candidate.ts";
import { demandOfAll, nodeAllocatable, podDemand } from "../resource-demand.ts";

export const resourcesFit: Filter = {
  name: "resources-fit",
  check: (placement, candidate) => resourcesFit.explain(placement, candidate).length === 0,
  explain({ pod }, { node, pods }) {
    const allocatable = nodeAllocatable(node);
    const used = demandOfAll(pods);
    const wanted = podDemand(pod);
    const short: string[] = [];
    if (used.pods + wanted.pods > allocatable.pods) short.push("Too many pods");
    // A pod that asks for nothing fits where everything is promised already.
    if (wanted.cpuMilli > 0 && used.cpuMilli + wanted.cpuMilli > allocatable.cpuMilli) short.push("Insufficient cpu");
    if (wanted.memoryBytes > 0 && used.memoryBytes + wanted.memoryBytes > allocatable.memoryBytes) {
      short.push("Insufficient memory");
    }
    return short;
  },
};
