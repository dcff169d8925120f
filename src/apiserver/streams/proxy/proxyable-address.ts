/** Which addresses a proxy may lead to: never this machine, its links, or the services that clouds keep there. */
import { BlockList, isIP } from "node:net";

const refused = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  refused.addSubnet(network, bits, "ipv4");
}
for (const [network, bits] of [
  ["::", 128],
  ["::1", 128],
  ["fe80::", 10],
  ["ff00::", 8],
  // Where some clouds answer with a machine's secrets.
  ["fd00:ec2::254", 128],
] as const) {
  refused.addSubnet(network, bits, "ipv6");
}

/** `address` as a pod's status or Endpoints show it. IPv4 within IPv6 is judged as what it is. */
export function isProxyable(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !refused.check(address, family === 4 ? "ipv4" : "ipv6");
}
