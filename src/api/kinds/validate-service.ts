/** What is wrong with a service, and what of it may not change. */
import { sameJson } from "../../lib/same-json.ts";
import { type Cause, forbidden, invalid, required } from "../validation/cause.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { isIpAddress, validateCidr, validateIpAddress } from "../validation/network.ts";
import { validateLabels } from "../validation/object-meta.ts";
import type { Service } from "./service.ts";
import { isReachedFromOutside, type ServiceSpec } from "./service-spec.ts";
import { validateServicePorts } from "./validate-service-ports.ts";

/** One day. */
const affinitySecondsMax = 86_400;

export function validateService({ spec }: Service): Cause[] {
  const causes = [
    ...validateServicePorts(spec),
    ...validateLabels(spec.selector, "spec.selector"),
    ...validateAddresses(spec),
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

function validateExternalName({ externalName, clusterIPs = [] }: ServiceSpec): Cause[] {
  const causes: Cause[] = [];
  if (clusterIPs.length > 0) causes.push(forbidden("spec.clusterIPs[0]", "may not be set when type is 'ExternalName'"));
  if (externalName === undefined) return [...causes, required("spec.externalName")];
  // A name may end in the root's dot.
  const wrong = dnsSubdomain(externalName.replace(/\.$/, ""));
  return wrong === undefined ? causes : [...causes, invalid("spec.externalName", externalName, wrong)];
}

function validateAddresses({ type, clusterIP, clusterIPs = [], externalIPs = [] }: ServiceSpec): Cause[] {
  const causes: Cause[] = [];
  if (clusterIP !== undefined && clusterIPs[0] !== clusterIP)
    causes.push(invalid("spec.clusterIPs", clusterIPs, "first value must match `clusterIP`"));
  if (clusterIPs.length > 2) causes.push(invalid("spec.clusterIPs", clusterIPs, "may only hold up to 2 values"));
  for (const [index, ip] of clusterIPs.entries()) {
    const path = `spec.clusterIPs[${index}]`;
    if (ip !== "None") causes.push(...(type === "ExternalName" ? [] : validateIpAddress(ip, path)));
    else if (clusterIPs.length > 1) causes.push(invalid(path, ip, "'None' must be the first and only value"));
    else if (type === "NodePort" || type === "LoadBalancer")
      causes.push(invalid(path, ip, `may not be set to 'None' for ${type} services`));
  }
  for (const [index, ip] of externalIPs.entries()) {
    const path = `spec.externalIPs[${index}]`;
    causes.push(...validateIpAddress(ip, path));
    if (isIpAddress(ip) && (ip.startsWith("127.") || ip.startsWith("169.254.") || ip === "0.0.0.0"))
      causes.push(invalid(path, ip, "may not be unspecified, loopback or link-local"));
  }
  return causes;
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

/** An address that a service has is kept until it becomes another word for a name. */
export function validateServiceUpdate(next: Service, current: Service): Cause[] {
  const before = current.spec.clusterIPs ?? [];
  if (before.length === 0 || next.spec.type === "ExternalName" || current.spec.type === "ExternalName") return [];
  const after = next.spec.clusterIPs ?? [];
  return sameJson(after, before) ? [] : [invalid("spec.clusterIPs[0]", after, "may not change once set")];
}
