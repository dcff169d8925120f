import type { Node } from "../../api/kinds/node.ts";
import { findCondition } from "../../api/meta/condition.ts";
import { quantityValue } from "../../api/meta/quantity.ts";
import type { NodeStatus } from "../../api/telemetry/node-telemetry.ts";
import { ownValue } from "../../lib/own-value.ts";
import type { FleetView } from "./fleet-view.ts";

const modelLabel = "bramble.io/board-model";

export function nodeStatus(node: Node, view: Pick<FleetView, "leadership" | "voters" | "presence">): NodeStatus {
  const { metadata, spec, status } = node;
  const { name, labels = {} } = metadata;
  const { state, since } = view.presence(name);
  const ready = findCondition(status.conditions, "Ready");
  const isReady = ready?.status === "True" && state === "online";
  const reason = isReady ? undefined : reasonOf(state, ready?.status === "True" ? undefined : ready?.message);
  const address = status.addresses?.find(({ type }) => type === "InternalIP")?.address;
  const model = ownValue(labels, modelLabel);
  const { architecture, osImage, kernelVersion, containerRuntimeVersion, kubeletVersion } = status.nodeInfo;
  return {
    state,
    ...(since !== undefined && { since }),
    ready: isReady,
    ...(reason !== undefined && { reason }),
    cordoned: spec.unschedulable ?? false,
    voter: view.voters.some((voter) => voter.node === name && voter.role === "voter"),
    leader: view.leadership.node === name,
    ...(address !== undefined && { address }),
    ...(model !== undefined && { model }),
    arch: architecture,
    os: osImage,
    kernel: kernelVersion,
    engine: containerRuntimeVersion,
    version: kubeletVersion,
    cpus: amount(status.capacity, "cpu"),
    memoryBytes: amount(status.capacity, "memory"),
    labels,
  };
}

function reasonOf(state: "online" | "offline", message: string | undefined): string {
  if (message !== undefined && message !== "") return message;
  return state === "offline" ? "its connection to the fleet is lost" : "it has not reported yet";
}

function amount(list: Readonly<Record<string, string>> | undefined, name: string): number {
  const text = list === undefined ? undefined : ownValue(list, name);
  return text === undefined ? 0 : quantityValue(text);
}
