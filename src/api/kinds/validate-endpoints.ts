/** What is wrong with Endpoints. */
import { type Cause, duplicate, invalid, required } from "../validation/cause.ts";
import { dnsLabel, dnsSubdomain, labelKey } from "../validation/names.ts";
import { validateIpAddress, validatePortNumber } from "../validation/network.ts";
import type { EndpointAddress, EndpointSubset, Endpoints } from "./endpoints.ts";

export function validateEndpoints({ subsets = [] }: Endpoints): Cause[] {
  return subsets.flatMap((subset, index) => validateSubset(subset, `subsets[${index}]`));
}

function validateSubset({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset, path: string): Cause[] {
  const causes: Cause[] = [];
  if (addresses.length + notReadyAddresses.length === 0)
    causes.push(required(path, "must specify `addresses` or `notReadyAddresses`"));
  for (const [index, address] of addresses.entries())
    causes.push(...validateAddress(address, `${path}.addresses[${index}]`));
  for (const [index, address] of notReadyAddresses.entries())
    causes.push(...validateAddress(address, `${path}.notReadyAddresses[${index}]`));
  return [...causes, ...validatePorts(ports, path)];
}

function validateAddress({ ip, hostname, nodeName }: EndpointAddress, path: string): Cause[] {
  const causes = validateIpAddress(ip, `${path}.ip`);
  const wrongHost = hostname === undefined ? undefined : dnsLabel(hostname);
  if (wrongHost !== undefined) causes.push(invalid(`${path}.hostname`, hostname, wrongHost));
  const wrongNode = nodeName === undefined ? undefined : dnsSubdomain(nodeName);
  if (wrongNode !== undefined) causes.push(invalid(`${path}.nodeName`, nodeName, wrongNode));
  if (isUnreachable(ip)) causes.push(invalid(`${path}.ip`, ip, "may not be in the loopback or link-local range"));
  return causes;
}

/** An endpoint there would lead to whoever asks, or to the link's own services. */
function isUnreachable(ip: string): boolean {
  return ip.startsWith("127.") || ip.startsWith("169.254.") || ip.startsWith("224.0.0.") || ip === "0.0.0.0";
}

function validatePorts(ports: NonNullable<EndpointSubset["ports"]>, path: string): Cause[] {
  const causes: Cause[] = [];
  const names = new Set<string>();
  for (const [index, { name, port, appProtocol }] of ports.entries()) {
    const at = `${path}.ports[${index}]`;
    if (name === undefined) {
      if (ports.length > 1) causes.push(required(`${at}.name`));
    } else {
      const wrong = dnsLabel(name);
      if (wrong !== undefined) causes.push(invalid(`${at}.name`, name, wrong));
      if (names.has(name)) causes.push(duplicate(`${at}.name`, name));
      names.add(name);
    }
    causes.push(...validatePortNumber(port, `${at}.port`));
    const wrong = appProtocol === undefined ? undefined : labelKey(appProtocol);
    if (wrong !== undefined) causes.push(invalid(`${at}.appProtocol`, appProtocol, wrong));
  }
  return causes;
}
