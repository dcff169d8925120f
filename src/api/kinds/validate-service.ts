/** What is wrong with a service, and what of it may not change. */
import { sameJson } from "../../lib/same-json.ts";
import { type Cause, forbidden, invalid, required } from "../validation/cause.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateCidr } from "../validation/network.ts";
import { validateLabels } from "../validation/object-meta.ts";
import type { Service } from "./service.ts";
import { checksHealth } from "./service-needs.ts";
import { isReachedFromOutside, type ServiceSpec } from "./service-spec.ts";
import { validateServiceAddresses } from "./validate-service-addresses.ts";
import { validateServicePorts } from "./validate-service-ports.ts";

/** One day. */
const affinitySecondsMax = 86_400;

export function validateService({ spec }: Service): Cause[] {
  const causes = [
    ...validateServicePorts(spec),
    ...validateLabels(spec.selector, "spec.selector"),
    ...validateServiceAddresses(spec),
    ...validateTraffic(spec),
  ];
  if (spec.type === "ExternalName") causes.push(...validateExternalName(spec));
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds !== undefined && (seconds < 1 || seconds > affinitySecondsMax))
    causes.push(
      invalid(
        "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
        seconds,
        `must be greater than 0 and less than ${affinitySecondsMax}`,
      ),
    );
  return causes;
}

function validateExternalName({
  externalName,
  clusterIPs = [],
  ipFamilies = [],
  ipFamilyPolicy,
}: ServiceSpec): Cause[] {
  const causes: Cause[] = [];
  const unwanted = { clusterIPs: clusterIPs.length > 0, ipFamilies: ipFamilies.length > 0, ipFamilyPolicy };
  for (const [field, isSet] of Object.entries(unwanted))
    if (isSet) causes.push(forbidden(`spec.${field}`, "may not be set for ExternalName services"));
  if (externalName === undefined) return [...causes, required("spec.externalName")];
  // A name may end in the root's dot.
  const wrong = dnsSubdomain(externalName.replace(/\.$/, ""));
  return wrong === undefined ? causes : [...causes, invalid("spec.externalName", externalName, wrong)];
}

function validateTraffic(spec: ServiceSpec): Cause[] {
  const { type, loadBalancerSourceRanges = [] } = spec;
  const causes: Cause[] = [];
  if (spec.externalTrafficPolicy !== undefined && !isReachedFromOutside(spec))
    causes.push(
      invalid(
        "spec.externalTrafficPolicy",
        spec.externalTrafficPolicy,
        "may only be set for externally-accessible services",
      ),
    );
  if (spec.allocateLoadBalancerNodePorts !== undefined && type !== "LoadBalancer")
    causes.push(forbidden("spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'"));
  if (spec.loadBalancerClass !== undefined && type !== "LoadBalancer")
    causes.push(forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'"));
  if (spec.healthCheckNodePort !== undefined && (type !== "LoadBalancer" || spec.externalTrafficPolicy !== "Local"))
    causes.push(
      invalid(
        "spec.healthCheckNodePort",
        spec.healthCheckNodePort,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    );
  if (loadBalancerSourceRanges.length > 0 && type !== "LoadBalancer")
    causes.push(forbidden("spec.LoadBalancerSourceRanges", "may only be used when `type` is 'LoadBalancer'"));
  for (const [index, range] of loadBalancerSourceRanges.entries())
    causes.push(...validateCidr(range.trim(), `spec.loadBalancerSourceRanges[${index}]`));
  return causes;
}

/** What a service was given is kept for as long as it needs it. */
export function validateServiceUpdate(next: Service, current: Service): Cause[] {
  return [...keptAddress(next.spec, current.spec), ...keptHealthPort(next.spec, current.spec)];
}

function keptAddress(next: ServiceSpec, current: ServiceSpec): Cause[] {
  const before = current.clusterIPs ?? [];
  if (before.length === 0 || next.type === "ExternalName" || current.type === "ExternalName") return [];
  const after = next.clusterIPs ?? [];
  return sameJson(after, before) ? [] : [invalid("spec.clusterIPs[0]", after, "may not change once set")];
}

function keptHealthPort(next: ServiceSpec, current: ServiceSpec): Cause[] {
  if (current.healthCheckNodePort === undefined || !checksHealth(next) || !checksHealth(current)) return [];
  const isKept = next.healthCheckNodePort === current.healthCheckNodePort;
  return isKept ? [] : [forbidden("spec.healthCheckNodePort", "field is immutable")];
}
