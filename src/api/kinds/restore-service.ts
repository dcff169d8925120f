/** What an update of a service takes over from what the service was, without being told. */
import { sameJson } from "../../lib/same-json.ts";
import type { Service } from "./service.ts";
import { checksHealth, opensOnBoards } from "./service-needs.ts";
import { isReachedFromOutside, type ServicePort, type ServiceSpec } from "./service-spec.ts";

/** Addresses and ports that the fleet chose stay; what the former type needed and this one may not have goes. */
export function restoreService(next: Service, current: Service): Service {
  const spec = withoutFormer(withSameAddress(next.spec, current.spec), current.spec);
  return { ...next, spec: withAllocations(spec, current.spec) };
}

/** Who changes the one field means the other, too. */
function withSameAddress(spec: ServiceSpec, current: ServiceSpec): ServiceSpec {
  const { clusterIP } = spec;
  const isHalf = clusterIP !== undefined && clusterIP !== current.clusterIP;
  return isHalf && sameJson(spec.clusterIPs, current.clusterIPs) ? { ...spec, clusterIPs: [clusterIP] } : spec;
}

/** A manifest can be sent again without what was chosen for it. */
function withAllocations(spec: ServiceSpec, current: ServiceSpec): ServiceSpec {
  const { clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy, healthCheckNodePort } = current;
  const hasAddress = spec.type !== "ExternalName" && current.type !== "ExternalName";
  const keepsAddress = hasAddress && spec.clusterIP === undefined && clusterIP !== undefined;
  // Families are those of a policy: whoever names another one says of which anew.
  const keepsFamilies = hasAddress && spec.ipFamilyPolicy === undefined;
  const { ports } = spec;
  return {
    ...spec,
    ...(keepsAddress ? { clusterIP, clusterIPs } : {}),
    ...(keepsFamilies ? { ipFamilyPolicy, ipFamilies: spec.ipFamilies ?? ipFamilies } : {}),
    ...(ports === undefined ? {} : { ports: opensOnBoards(spec) ? withNodePorts(ports, current.ports) : ports }),
    ...(checksHealth(spec) && healthCheckNodePort !== undefined
      ? { healthCheckNodePort: spec.healthCheckNodePort || healthCheckNodePort }
      : {}),
  };
}

/** A port is the one that had its name, whatever else of it has changed; a number that moved to another port has moved. */
function withNodePorts(ports: readonly ServicePort[], current: readonly ServicePort[] = []): ServicePort[] {
  const given = new Set(ports.map(({ nodePort }) => nodePort));
  const known = new Map(current.map(({ name, nodePort }) => [name, given.has(nodePort) ? undefined : nodePort]));
  return ports.map((port) => {
    const nodePort = port.nodePort || known.get(port.name);
    return nodePort === undefined ? port : { ...port, nodePort };
  });
}

const ofLoadBalancers = ["allocateLoadBalancerNodePorts", "loadBalancerClass"] as const;
const ofAddresses = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"] as const;

/** Only what the client left as it was: what it gave anew is for validation to refuse. */
function withoutFormer(spec: ServiceSpec, current: ServiceSpec): ServiceSpec {
  const former: (keyof ServiceSpec)[] = [
    ...(spec.type === "LoadBalancer" ? [] : ofLoadBalancers),
    ...(spec.type === "ExternalName" ? ofAddresses : []),
    ...(isReachedFromOutside(spec) ? [] : (["externalTrafficPolicy"] as const)),
    ...(checksHealth(spec) ? [] : (["healthCheckNodePort"] as const)),
  ];
  const dropped = former.filter((field) => sameJson(spec[field], current[field]));
  const left = { ...spec, ...Object.fromEntries(dropped.map((field) => [field, undefined])) };
  const { ports } = spec;
  if (ports === undefined || opensOnBoards(spec) || !sameNodePorts(ports, current.ports)) return left;
  return { ...left, ports: ports.map(({ nodePort: _, ...port }) => port) };
}

function sameNodePorts(ports: readonly ServicePort[], current: readonly ServicePort[] = []): boolean {
  const numbers = (list: readonly ServicePort[]) => list.map(({ nodePort = 0 }) => nodePort);
  return sameJson(numbers(ports), numbers(current));
}
