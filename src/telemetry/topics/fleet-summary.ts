import type { Pod } from "../../api/kinds/pod.ts";
import { isPodReady } from "../../api/kinds/pod-state.ts";
import { isConditionTrue } from "../../api/meta/condition.ts";
import type { FleetSummary } from "../../api/telemetry/fleet-summary.ts";
import type { FleetView } from "./fleet-view.ts";

export function fleetSummary(view: FleetView, pods: Iterable<Pod>): FleetSummary {
  const { name, version, leadership, voters, nodes, presence } = view;
  return {
    name,
    version,
    ...(leadership.node !== undefined && { leader: leadership.node }),
    term: leadership.term,
    voters: voters
      .map(({ node, address, role }) => ({ node, address: hostOf(address), role }))
      .sort((one, other) => (one.node < other.node ? -1 : 1)),
    nodes: {
      total: nodes.length,
      ready: nodes.filter(
        ({ metadata, status }) =>
          isConditionTrue(status.conditions, "Ready") && presence(metadata.name).state === "online",
      ).length,
      offline: nodes.filter(({ metadata }) => presence(metadata.name).state === "offline").length,
    },
    pods: podCounts(pods),
  };
}

function podCounts(pods: Iterable<Pod>): FleetSummary["pods"] {
  const counts = { total: 0, ready: 0, failed: 0 };
  for (const pod of pods) {
    counts.total += 1;
    if (isPodReady(pod)) counts.ready += 1;
    if (pod.status.phase === "Failed") counts.failed += 1;
  }
  return counts;
}

function hostOf(broker: string): string {
  return broker.slice(0, broker.lastIndexOf(":"));
}
