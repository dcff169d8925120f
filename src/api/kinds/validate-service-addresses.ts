/** What is wrong with the addresses of a service, and with the families that they are of. */
import { type Cause, duplicate, invalid } from "../validation/cause.ts";
import { isIpAddress, validateIpAddress } from "../validation/network.ts";
import type { ServiceSpec } from "./service-spec.ts";

export function validateServiceAddresses(spec: ServiceSpec): Cause[] {
  return [
    ...validateClusterIps(spec),
    // Another word for a name has neither, which is said elsewhere.
    ...(spec.type === "ExternalName" ? [] : validateFamilies(spec)),
    ...validateExternalIps(spec),
  ];
}

function validateClusterIps({ type, clusterIP, clusterIPs = [] }: ServiceSpec): Cause[] {
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
  return causes;
}

function validateFamilies({ clusterIPs = [], ipFamilies = [] }: ServiceSpec): Cause[] {
  const causes: Cause[] = [];
  for (const [index, family] of ipFamilies.entries())
    if (ipFamilies.indexOf(family) < index) causes.push(duplicate(`spec.ipFamilies[${index}]`, family));
  if (!clusterIPs.every(isIpAddress)) return causes;
  const [one, other] = clusterIPs.map(familyOf);
  if (other !== undefined && one === other)
    causes.push(invalid("spec.clusterIPs", clusterIPs, "may specify no more than one IP for each IP family"));
  for (const [index, ip] of clusterIPs.entries()) {
    const family = ipFamilies[index];
    if (family === undefined || family === familyOf(ip)) continue;
    const why = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    causes.push(invalid(`spec.clusterIPs[${index}]`, ip, why));
  }
  return causes;
}

/** Of an address that is valid. */
export function familyOf(ip: string): "IPv4" | "IPv6" {
  return ip.includes(":") ? "IPv6" : "IPv4";
}

function validateExternalIps({ externalIPs = [] }: ServiceSpec): Cause[] {
  const causes: Cause[] = [];
  for (const [index, ip] of externalIPs.entries()) {
    const path = `spec.externalIPs[${index}]`;
    causes.push(...validateIpAddress(ip, path));
    if (isIpAddress(ip) && (ip.startsWith("127.") || ip.startsWith("169.254.") || ip === "0.0.0.0"))
      causes.push(invalid(path, ip, "may not be unspecified, loopback or link-local"));
  }
  return causes;
}
