/** Which address and which ports of the boards a Service is given, and which it may not have. */
import { formatAddress, parseAddress } from "../../lib/ipv4.ts";
import type { Random } from "../../lib/random.ts";
import { ApiError } from "../api-error.ts";
import { type Service, serviceResource } from "../kinds/service.ts";
import { checksHealth, needsAddress, needsNodePorts, opensOnBoards } from "../kinds/service-needs.ts";
import type { ServicePort, ServiceSpec } from "../kinds/service-spec.ts";
import { kubernetesServiceAddress, kubernetesServiceName, kubernetesServiceNamespace } from "../kubernetes-service.ts";
import { invalid } from "../validation/cause.ts";
import { type Numbers, noNumbers, numbersOf, type Taken } from "./held-numbers.ts";
import { chooseFree, isWithin } from "./number-range.ts";
import { nodePorts, nodePortsText, serviceAddresses, serviceCidr } from "./ranges.ts";

export interface Allocation {
  readonly service: Service;
  /** What the Service did not hold before, and what must still be free when it is written. */
  readonly claimed: Numbers;
}

/**
 * Completes `next`, which was `current` before. What it held stays its own; what it asks for besides must be free by
 * `taken`. Throws `ApiError`: 422 for numbers that it may not have, 500 where none is left, as Kubernetes does.
 */
export function planAllocation(next: Service, current: Service | undefined, taken: Taken, random: Random): Allocation {
  const { spec } = next;
  const planning: Planning = {
    next,
    held: current === undefined ? noNumbers : numbersOf(current),
    taken,
    random,
    addresses: new Set(),
    ports: new Set(),
  };
  const addressed = needsAddress(spec) ? withAddress(planning, spec) : spec;
  const opened = opensOnBoards(spec) ? withNodePorts(planning, addressed) : addressed;
  const checked = checksHealth(spec) ? withHealthPort(planning, opened) : opened;
  const { addresses, ports } = planning;
  return { service: { ...next, spec: checked }, claimed: { addresses, ports } };
}

interface Planning {
  readonly next: Service;
  readonly held: Numbers;
  readonly taken: Taken;
  readonly random: Random;
  /** What is claimed so far. */
  readonly addresses: Set<number>;
  readonly ports: Set<number>;
}

const alreadyAllocated = "already allocated";
const full = "range is full";

function withAddress(planning: Planning, spec: ServiceSpec): ServiceSpec {
  const { next, held, random, addresses } = planning;
  const { clusterIP, clusterIPs } = spec;
  if (clusterIP === undefined) {
    const chosen = chooseFree(serviceAddresses, (address) => isAddressTaken(planning, address), random);
    if (chosen === undefined) throw ApiError.internal(`failed to allocate a serviceIP: ${full}`);
    addresses.add(chosen);
    const text = formatAddress(chosen);
    return { ...spec, clusterIP: text, clusterIPs: [text] };
  }
  const address = parseAddress(clusterIP);
  if (address !== undefined && held.addresses.has(address)) return spec;
  const refuse = (why: string) => {
    const cause = invalid("spec.clusterIPs", clusterIPs, `failed to allocate IP ${clusterIP}: provided IP is ${why}`);
    return ApiError.invalid(serviceResource, next.metadata.name, [cause]);
  };
  if (address === undefined || !isWithin(serviceAddresses, address))
    throw refuse(`not in the valid range. The range of valid IPs is ${serviceCidr}`);
  if (isAddressTaken(planning, address)) throw refuse(alreadyAllocated);
  addresses.add(address);
  return spec;
}

const kubernetesAddress = parseAddress(kubernetesServiceAddress);

/** The certificates of the API are good for one address: it is kept for the Service that leads there. */
function isAddressTaken({ next, taken }: Planning, address: number): boolean {
  if (address !== kubernetesAddress) return taken.hasAddress(address);
  const { name, namespace } = next.metadata;
  return name !== kubernetesServiceName || namespace !== kubernetesServiceNamespace;
}

/** Ports of the same number, for several protocols, are opened under the same number. */
function withNodePorts(planning: Planning, spec: ServiceSpec): ServiceSpec {
  const ports = spec.ports ?? [];
  const known = new Map<number, number>();
  for (const [index, { port, nodePort = 0 }] of ports.entries()) {
    if (nodePort === 0) continue;
    claimNodePort(planning, nodePort, `spec.ports[${index}].nodePort`);
    if (!known.has(port)) known.set(port, nodePort);
  }
  if (!needsNodePorts(spec)) return spec;
  const opened = ports.map((port): ServicePort => {
    if ((port.nodePort ?? 0) !== 0) return port;
    const nodePort = known.get(port.port) ?? chooseNodePort(planning, "a nodePort");
    known.set(port.port, nodePort);
    return { ...port, nodePort };
  });
  return { ...spec, ports: opened };
}

function withHealthPort(planning: Planning, spec: ServiceSpec): ServiceSpec {
  const { healthCheckNodePort = 0 } = spec;
  if (healthCheckNodePort === 0) {
    return { ...spec, healthCheckNodePort: chooseNodePort(planning, "a HealthCheck NodePort 0") };
  }
  const isOwn = (spec.ports ?? []).some(({ nodePort }) => nodePort === healthCheckNodePort);
  const why = isOwn ? portIs(alreadyAllocated) : claimPort(planning, healthCheckNodePort);
  if (why === undefined) return spec;
  throw invalidPort(
    planning,
    "spec.healthCheckNodePort",
    healthCheckNodePort,
    `failed to allocate requested HealthCheck NodePort ${healthCheckNodePort}: ${why}`,
  );
}

function claimNodePort(planning: Planning, nodePort: number, field: string): void {
  const why = claimPort(planning, nodePort);
  if (why !== undefined) throw invalidPort(planning, field, nodePort, why);
}

/** Why the port cannot be had; undefined where it is the Service's now. */
function claimPort({ held, taken, ports }: Planning, port: number): string | undefined {
  if (held.ports.has(port) || ports.has(port)) return undefined;
  if (!isWithin(nodePorts, port)) return portIs(`not in the valid range. The range of valid ports is ${nodePortsText}`);
  if (taken.hasPort(port)) return portIs(alreadyAllocated);
  ports.add(port);
  return undefined;
}

function portIs(what: string): string {
  return `provided port is ${what}`;
}

function chooseNodePort({ taken, random, ports }: Planning, what: string): number {
  const chosen = chooseFree(nodePorts, (port) => taken.hasPort(port) || ports.has(port), random);
  if (chosen === undefined) throw ApiError.internal(`failed to allocate ${what}: ${full}`);
  ports.add(chosen);
  return chosen;
}

function invalidPort({ next }: Planning, field: string, port: number, why: string): ApiError {
  return ApiError.invalid(serviceResource, next.metadata.name, [invalid(field, port, why)]);
}
