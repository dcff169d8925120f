/** What a service needs of the fleet, by its type. */
import type { ServiceSpec } from "./service-spec.ts";

type Typed = Pick<ServiceSpec, "type">;

export function isHeadless({ clusterIP }: Pick<ServiceSpec, "clusterIP">): boolean {
  return clusterIP === "None";
}

/** Another word for a name has no address, and a headless service leads to its pods' own. */
export function needsAddress(spec: Pick<ServiceSpec, "type" | "clusterIP">): boolean {
  return spec.type !== "ExternalName" && !isHeadless(spec);
}

/** Whether every board leads to it. */
export function opensOnBoards({ type }: Typed): boolean {
  return type === "NodePort" || type === "LoadBalancer";
}

/** Whether ports that name none are given a port of the boards. */
export function needsNodePorts(spec: Pick<ServiceSpec, "type" | "allocateLoadBalancerNodePorts">): boolean {
  return spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
}

/** Whether balancers ask each board if it has a pod of the service. */
export function checksHealth({ type, externalTrafficPolicy }: Pick<ServiceSpec, "type" | "externalTrafficPolicy">) {
  return type === "LoadBalancer" && externalTrafficPolicy === "Local";
}
