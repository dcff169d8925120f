/** What pods are promised, and what a board has to promise. */
import type { Node } from "../api/kinds/node.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { ResourceList } from "../api/kinds/resource-requirements.ts";
import { quantityMilliValue, quantityValue } from "../api/meta/quantity.ts";
import { ownValue } from "../lib/own-value.ts";

export interface Demand {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly pods: number;
}

const none: Demand = { cpuMilli: 0, memoryBytes: 0, pods: 0 };

/** What the scheduler counts for a pod: its containers together, or its largest init container if that is more. */
export function podDemand(pod: Pod): Demand {
  const known = demands.get(pod);
  if (known !== undefined) return known;
  const demand = computeDemand(pod);
  demands.set(pod, demand);
  return demand;
}

/** Objects of a cache are never changed: each is counted once, however many decisions it takes part in. */
const demands = new WeakMap<Pod, Demand>();

function computeDemand(pod: Pod): Demand {
  const containers = pod.spec.containers.map((container) => demandOf(container.resources.requests)).reduce(sum, none);
  const init = (pod.spec.initContainers ?? []).map((container) => demandOf(container.resources.requests));
  const overhead = demandOf(pod.spec.overhead);
  const atOnce = init.reduce(larger, containers);
  return { ...sum(atOnce, overhead), pods: 1 };
}

export function demandOfAll(pods: readonly Pod[]): Demand {
  return pods.map(podDemand).reduce(sum, none);
}

/** What the board may promise; nothing of what it does not report. */
export function nodeAllocatable(node: Node): Demand {
  const allocatable = node.status.allocatable ?? node.status.capacity;
  return {
    cpuMilli: quantityMilliValue(ownValue(allocatable, "cpu") ?? "0"),
    memoryBytes: quantityValue(ownValue(allocatable, "memory") ?? "0"),
    pods: quantityValue(ownValue(allocatable, "pods") ?? "0"),
  };
}

function demandOf(requests: ResourceList | undefined): Demand {
  return {
    cpuMilli: quantityMilliValue(ownValue(requests, "cpu") ?? "0"),
    memoryBytes: quantityValue(ownValue(requests, "memory") ?? "0"),
    pods: 0,
  };
}

function sum(a: Demand, b: Demand): Demand {
  return { cpuMilli: a.cpuMilli + b.cpuMilli, memoryBytes: a.memoryBytes + b.memoryBytes, pods: a.pods + b.pods };
}

function larger(a: Demand, b: Demand): Demand {
  return {
    cpuMilli: Math.max(a.cpuMilli, b.cpuMilli),
    memoryBytes: Math.max(a.memoryBytes, b.memoryBytes),
    pods: Math.max(a.pods, b.pods),
  };
}
