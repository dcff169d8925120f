/** What is wrong with an EndpointSlice. */
import { type Cause, duplicate, invalid, required, tooMany } from "../../validation/cause.ts";
import { dnsLabel, dnsSubdomain, labelKey } from "../../validation/names.ts";
import { isIpAddress, validatePortNumber } from "../../validation/network.ts";
import { immutable } from "../../validation/object-meta.ts";
import type { Endpoint } from "./endpoint.ts";
import type { EndpointSlice } from "./endpoint-slice.ts";

const endpointsMax = 1000;
const addressesMax = 100;
const portsMax = 20_000;

export function validateEndpointSlice({ addressType, endpoints, ports }: EndpointSlice): Cause[] {
  const causes: Cause[] = [];
  if (endpoints.length > endpointsMax) causes.push(tooMany("endpoints", endpoints.length, endpointsMax));
  else
    for (const [index, endpoint] of endpoints.entries())
      causes.push(...validateEndpoint(endpoint, addressType, `endpoints[${index}]`));
  if (ports.length > portsMax) return [...causes, tooMany("ports", ports.length, portsMax)];
  return [...causes, ...validatePorts(ports)];
}

function validateEndpoint(endpoint: Endpoint, addressType: EndpointSlice["addressType"], path: string): Cause[] {
  const { addresses, hostname, nodeName } = endpoint;
  const causes: Cause[] = [];
  if (addresses.length === 0) causes.push(required(`${path}.addresses`, "must contain at least 1 address"));
  if (addresses.length > addressesMax) causes.push(tooMany(`${path}.addresses`, addresses.length, addressesMax));
  for (const [index, address] of addresses.entries()) {
    const wrong = addressRules[addressType](address);
    if (wrong !== undefined) causes.push(invalid(`${path}.addresses[${index}]`, address, wrong));
  }
  const wrongHost = hostname === undefined ? undefined : dnsLabel(hostname);
  if (wrongHost !== undefined) causes.push(invalid(`${path}.hostname`, hostname, wrongHost));
  const wrongNode = nodeName === undefined ? undefined : dnsSubdomain(nodeName);
  if (wrongNode !== undefined) causes.push(invalid(`${path}.nodeName`, nodeName, wrongNode));
  return causes;
}

const addressRules = {
  IPv4: (address: string) =>
    isIpAddress(address) && !address.includes(":") ? unreachable(address) : "must be a valid IPv4 address",
  IPv6: (address: string) =>
    isIpAddress(address) && address.includes(":") ? undefined : "must be a valid IPv6 address",
  FQDN: (address: string) => dnsSubdomain(address),
};

/** An endpoint there would lead to whoever asks, or to the link's own services. */
function unreachable(address: string): string | undefined {
  if (address === "0.0.0.0") return "may not be unspecified (0.0.0.0)";
  if (address.startsWith("127.")) return "may not be in the loopback range (127.0.0.0/8, ::1/128)";
  if (address.startsWith("169.254.")) return "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
  return undefined;
}

function validatePorts(ports: EndpointSlice["ports"]): Cause[] {
  const causes: Cause[] = [];
  const names = new Set<string>();
  for (const [index, { name, port, appProtocol }] of ports.entries()) {
    const path = `ports[${index}]`;
    const wrongName = name === "" ? undefined : dnsLabel(name);
    if (wrongName !== undefined) causes.push(invalid(`${path}.name`, name, wrongName));
    if (names.has(name)) causes.push(duplicate(`${path}.name`, name));
    names.add(name);
    if (port !== undefined) causes.push(...validatePortNumber(port, `${path}.port`));
    const wrong = appProtocol === undefined ? undefined : labelKey(appProtocol);
    if (wrong !== undefined) causes.push(invalid(`${path}.appProtocol`, appProtocol, wrong));
  }
  return causes;
}

export function validateEndpointSliceUpdate(next: EndpointSlice, current: EndpointSlice): Cause[] {
  return immutable("addressType", next.addressType, current.addressType);
}
