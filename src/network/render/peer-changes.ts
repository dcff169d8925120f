/** From the peers that the tunnel has and those that it should have to the arguments of one `wg set`. */
import type { TunnelPeer } from "../ports.ts";
import type { MeshPeer } from "./mesh.ts";

/** Keeps a NAT's mapping open, and makes a board that comes back speak first. */
const defaultKeepaliveSeconds = 25;

/**
 * Arguments behind `wg set bramble-wg`, empty where nothing differs. Peers that stay keep their session.
 *
 * `declared` holds the endpoint last set for each key. Only a new declaration is set again: between declarations
 * WireGuard itself follows a peer to whatever address it last spoke from, and must not be pulled back.
 */
export function renderPeerChanges(
  actual: readonly TunnelPeer[],
  desired: readonly MeshPeer[],
  declared: ReadonlyMap<string, string>,
  keepaliveSeconds = defaultKeepaliveSeconds,
): string[] {
  const wanted = new Set(desired.map(({ publicKey }) => publicKey));
  const held = new Map(actual.map((peer) => [peer.publicKey, peer]));
  // Removals first: a prefix may pass from one key to another.
  const removals = actual.filter(({ publicKey }) => !wanted.has(publicKey));
  return [
    ...removals.flatMap(({ publicKey }) => ["peer", publicKey, "remove"]),
    ...desired.flatMap((peer) => {
      const change = renderPeer(held.get(peer.publicKey), peer, declared.get(peer.publicKey));
      if (held.get(peer.publicKey)?.keepaliveSeconds !== keepaliveSeconds) {
        change.push("persistent-keepalive", String(keepaliveSeconds));
      }
      return change.length === 0 ? [] : ["peer", peer.publicKey, ...change];
    }),
  ];
}

function renderPeer(held: TunnelPeer | undefined, peer: MeshPeer, declared: string | undefined): string[] {
  const change: string[] = [];
  if (peer.endpoint !== undefined && (held === undefined || peer.endpoint !== declared)) {
    if (peer.endpoint !== held?.endpoint) change.push("endpoint", peer.endpoint);
  }
  if (held?.allowedIps.join() !== peer.podCidr) change.push("allowed-ips", peer.podCidr);
  return change;
}
