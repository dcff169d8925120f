/** After a break: what the broker no longer keeps has gone in the meantime, and nobody says so a second time. */
import { parseTelemetryTopic } from "../../api/telemetry/topics.ts";
import type { FleetState } from "./fleet-state.ts";

/** `topics` are those that spoke since the connection stands. */
export function keepTold(state: FleetState, fleet: string, topics: ReadonlySet<string>): FleetState {
  const told = { node: new Set(), pod: new Set(), workload: new Set(), claim: new Set(), attention: new Set() };
  for (const text of topics) {
    const topic = parseTelemetryTopic(fleet, text);
    switch (topic?.about) {
      case "node":
        told.node.add(topic.node);
        break;
      case "pod":
        told.pod.add(`${topic.namespace}/${topic.name}`);
        break;
      case "workload":
        told.workload.add(`${topic.namespace}/${topic.resource}/${topic.name}`);
        break;
      case "claim":
        told.claim.add(`${topic.namespace}/${topic.name}`);
        break;
      case "attention":
        told.attention.add(topic.id);
        break;
      default:
    }
  }
  return {
    ...state,
    boards: only(state.boards, told.node),
    pods: only(state.pods, told.pod),
    workloads: only(state.workloads, told.workload),
    claims: only(state.claims, told.claim),
    attention: only(state.attention, told.attention),
  };
}

function only<V>(map: ReadonlyMap<string, V>, keys: ReadonlySet<unknown>): ReadonlyMap<string, V> {
  const kept = [...map].filter(([key]) => keys.has(key));
  return kept.length === map.size ? map : new Map(kept);
}
