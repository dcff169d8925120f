import type { TunnelPeer, TunnelTraffic } from "../../network/ports.ts";

/**
 * Reads `wg show <interface> dump`: one line of the interface, then one a peer with tab-separated public key, preshared
 * key, endpoint, allowed IPs, latest handshake, bytes received, bytes sent, keepalive (wg(8), "show").
 */
export function parseDump(text: string): TunnelPeer[] {
  return peerLines(text).map((line) => {
    const [publicKey = "", , endpoint, allowedIps, , , , keepalive] = line.split("\t");
    const seconds = Number(keepalive);
    return {
      publicKey,
      endpoint: endpoint === "(none)" ? undefined : endpoint,
      allowedIps: allowedIps === undefined || allowedIps === "(none)" ? [] : allowedIps.split(","),
      keepaliveSeconds: Number.isInteger(seconds) ? seconds : undefined,
    };
  });
}

/** What the same text says of handshakes and bytes. */
export function parseTraffic(text: string): TunnelTraffic[] {
  return peerLines(text).map((line) => {
    const [publicKey = "", , endpoint, , handshake, received, sent] = line.split("\t");
    const seconds = Number(handshake);
    return {
      publicKey,
      endpoint: endpoint === "(none)" ? undefined : endpoint,
      handshakeSeconds: seconds > 0 ? seconds : undefined,
      receivedBytes: Number(received ?? 0),
      sentBytes: Number(sent ?? 0),
    };
  });
}

function peerLines(text: string): string[] {
  return text
    .split("\n")
    .slice(1)
    .filter((line) => line !== "");
}
