/** The board's bridge and its routes to the other boards' pods, as lines of `ip -batch`. */
import { addressAt, parsePrefix } from "../../lib/ipv4.ts";
import { bridgeName, mtuBytes, type Route, tunnelName } from "../ports.ts";
import type { MeshPeer } from "./mesh.ts";

/** `.1` of the board's prefix: the bridge's address and the pods' gateway. Throws where `podCidr` is no prefix. */
export function gatewayOf(podCidr: string): { readonly address: string; readonly bits: number } {
  const prefix = parsePrefix(podCidr);
  if (prefix === undefined) throw new Error(`not a prefix: ${podCidr}`);
  return { address: addressAt(prefix, 1), bits: prefix.bits };
}

/** Makes the bridge, or gives an existing one its address. `actual` is undefined where there is no bridge. */
export function renderBridge(actual: readonly string[] | undefined, podCidr: string): string[] {
  const { address, bits } = gatewayOf(podCidr);
  const wanted = `${address}/${bits}`;
  const lines: string[] = [];
  if (actual === undefined) {
    // A fixed hardware address: else the bridge takes its ports' lowest, and pods' neighbour entries go stale.
    lines.push(
      `link add ${bridgeName} address ${hardwareAddress(address)} mtu ${mtuBytes} type bridge forward_delay 0`,
    );
  }
  for (const stale of (actual ?? []).filter((each) => each !== wanted)) {
    lines.push(`address del ${stale} dev ${bridgeName}`);
  }
  if (!actual?.includes(wanted)) {
    lines.push(`address add ${wanted} dev ${bridgeName}`, `link set ${bridgeName} up`);
  }
  return lines;
}

/** Routes through the tunnel, with the bridge's address as source so that peers can answer the board itself. */
export function renderRoutes(actual: readonly Route[], peers: readonly MeshPeer[], podCidr: string): string[] {
  const source = gatewayOf(podCidr).address;
  const wanted = new Set(peers.map((peer) => peer.podCidr));
  const held = new Map(actual.map((route) => [route.prefix, route.source]));
  return [
    ...actual.filter(({ prefix }) => !wanted.has(prefix)).map(({ prefix }) => `route del ${prefix} dev ${tunnelName}`),
    ...peers
      .filter((peer) => held.get(peer.podCidr) !== source)
      .map((peer) => `route replace ${peer.podCidr} dev ${tunnelName} src ${source}`),
  ];
}

/**
 * The way of the board's own processes to services. A board without a default route has it by this alone, and on any
 * board what no rule leads on ends at the bridge instead of leaving the fleet.
 */
export function renderServiceRoute(actual: readonly Route[], serviceCidr: string, podCidr: string): string[] {
  const source = gatewayOf(podCidr).address;
  const isThere = actual.some((route) => route.prefix === serviceCidr && route.source === source);
  return isThere ? [] : [`route replace ${serviceCidr} dev ${bridgeName} src ${source}`];
}

function hardwareAddress(address: string): string {
  const octets = address.split(".").map((octet) => Number(octet).toString(16).padStart(2, "0"));
  return ["0a", "b0", ...octets].join(":");
}
