/** Port-forwarding over a WebSocket: one connection a port for as long as the socket lives, the ports in the query. */
import { ApiError } from "../../../api/api-error.ts";
import type { WebSocketChannels } from "../websocket/websocket-channels.ts";
import { type ForwardedPod, forwardConnection } from "./forward-connection.ts";
import { parsePort } from "./parse-port.ts";

const portsMax = 64;
const portBytes = 2;

/** Throws `ApiError` (400). */
export function parsePorts(query: URLSearchParams): readonly number[] {
  const texts = query.getAll("ports").flatMap((each) => each.split(","));
  if (texts.length === 0) throw ApiError.badRequest("query parameter `ports` is required: name at least one port");
  if (texts.length > portsMax) throw ApiError.badRequest(`at most ${portsMax} ports can be forwarded at a time`);
  return texts.map((text) => {
    const port = parsePort(text);
    if (port === undefined) throw ApiError.badRequest(`ports: ${JSON.stringify(text)} is no port between 1 and 65535`);
    return port;
  });
}

/** Two channels a port, in the order of the ports: data, then errors. Resolves when all connections are over. */
export async function forwardOverWebSocket(
  pod: ForwardedPod,
  ports: readonly number[],
  channels: WebSocketChannels,
): Promise<void> {
  const connections = ports.map(async (port, index) => {
    const data = channels.channel(2 * index);
    const error = channels.channel(2 * index + 1);
    // The first message of every channel says which port it is for.
    const named = new Uint8Array(portBytes);
    new DataView(named.buffer).setUint16(0, port, true);
    await Promise.all([data.write(named), error.write(named)]).catch(() => {});
    await forwardConnection(pod, port, { data, error, hasHalfClose: false });
  });
  await Promise.all(connections);
}
