/** The board's Node object, made of what the board says about itself. Pure. */

import type { NodeCondition, NodeStatus } from "../../api/kinds/node-status.ts";
import { withCondition } from "../../api/meta/condition.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { BoardFacts } from "../ports.ts";

/** What the agent and the engine need for themselves. */
const reservedMemoryBytes = 128 * 1024 * 1024;
const podsMax = 110;

export interface BoardState {
  readonly node: string;
  readonly facts: BoardFacts;
  /** The board's address on the fleet's network. */
  readonly address: string | undefined;
  readonly version: string;
  /** `docker://20.10.24`; undefined while the engine has not answered once. */
  readonly engine: string | undefined;
  readonly engineAnswers: boolean;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface BoardNode {
  readonly apiVersion: "v1";
  readonly kind: "Node";
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly status: NodeStatus;
}

/** The Node to report. `previous` lends the times of conditions that have not changed. */
export function boardNode(state: BoardState, previous: readonly NodeCondition[], nowMs: number): BoardNode {
  const { node, facts, address, annotations } = state;
  const capacity = {
    cpu: `${facts.cpuCount}`,
    memory: `${Math.floor(facts.memoryBytes / 1024)}Ki`,
    "ephemeral-storage": `${Math.floor(facts.storageBytes / 1024)}Ki`,
    pods: `${podsMax}`,
  };
  const allocatableMemory = Math.max(0, facts.memoryBytes - reservedMemoryBytes);
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: node, labels: boardLabels(node, facts), annotations },
    status: {
      capacity,
      allocatable: { ...capacity, memory: `${Math.floor(allocatableMemory / 1024)}Ki` },
      conditions: conditions(state, previous, formatTime(nowMs)),
      addresses: [
        ...(address === undefined ? [] : [{ type: "InternalIP", address }]),
        { type: "Hostname", address: node },
      ],
      daemonEndpoints: {},
      nodeInfo: {
        machineID: facts.machineId,
        systemUUID: facts.systemUuid,
        bootID: facts.bootId,
        kernelVersion: facts.kernelVersion,
        osImage: facts.osImage,
        containerRuntimeVersion: state.engine ?? "",
        kubeletVersion: state.version,
        kubeProxyVersion: state.version,
        operatingSystem: "linux",
        architecture: facts.arch,
      },
    },
  };
}

function boardLabels(node: string, facts: BoardFacts): Record<string, string> {
  const model = facts.model === undefined ? "" : labelValue(facts.model);
  return {
    "kubernetes.io/hostname": node,
    "kubernetes.io/arch": facts.arch,
    "kubernetes.io/os": "linux",
    ...(model !== "" && { "bramble.io/board-model": model }),
  };
}

/** `Raspberry Pi 4 Model B Rev 1.4` → `raspberry-pi-4-model-b-rev-1.4`: what a label's value may be. */
function labelValue(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 63)
    .replace(/[^a-z0-9]+$/, "");
}

function conditions(state: BoardState, previous: readonly NodeCondition[], now: string): NodeCondition[] {
  const ready: NodeCondition = state.engineAnswers
    ? { type: "Ready", status: "True", reason: "AgentReady", message: "the agent and its container engine are running" }
    : {
        type: "Ready",
        status: "False",
        reason: "ContainerEngineDown",
        message: "the container engine does not answer: see `systemctl status docker` on the board",
      };
  let all = previous.filter(({ type }) => ownConditions.has(type));
  for (const next of [none("MemoryPressure"), none("DiskPressure"), none("PIDPressure"), ready]) {
    all = withCondition(all, next, now);
  }
  return all;
}

const ownConditions = new Set(["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"]);

function none(type: string): NodeCondition {
  return { type, status: "False", reason: "NoPressure", message: "" };
}
