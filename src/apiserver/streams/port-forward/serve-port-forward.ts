/** `portforward` over SPDY, over SPDY in a WebSocket, and over a WebSocket's own channels. */
import type { Clock } from "../../../lib/clock.ts";
import { type ByteLink, socketLink } from "../byte-link.ts";
import { boardOf } from "../find-container.ts";
import { acceptSpdy, negotiateSpdy } from "../spdy/negotiate-spdy.ts";
import { SpdySession } from "../spdy/spdy-session.ts";
import type { StreamSources, Upgrade } from "../upgrade.ts";
import { acceptWebSocket, negotiateWebSocket } from "../websocket/accept-websocket.ts";
import { WebSocketChannels } from "../websocket/websocket-channels.ts";
import { webSocketLink } from "../websocket/websocket-link.ts";
import type { ForwardedPod } from "./forward-connection.ts";
import { portForwardProtocol, SpdyPortForward } from "./spdy-port-forward.ts";
import { forwardOverWebSocket, parsePorts } from "./websocket-port-forward.ts";

const tunnelProtocol = "SPDY/3.1+portforward.k8s.io";
const webSocketProtocols = [
  tunnelProtocol,
  "v4.channel.k8s.io",
  "v4.base64.channel.k8s.io",
  "base64.channel.k8s.io",
  "channel.k8s.io",
] as const;

export interface ForwardPlace {
  readonly namespace: string;
  readonly pod: string;
}

/** Returns what serves the connections to the end of the client's. Throws `ApiError`. */
export async function openPortForward(
  sources: StreamSources,
  place: ForwardPlace,
  upgrade: Upgrade,
): Promise<() => Promise<void>> {
  const { request, socket, head, query, signal } = upgrade;
  const { clock } = sources;
  if (upgrade.protocol === "spdy") {
    const protocol = negotiateSpdy(request, [portForwardProtocol]);
    const pod = await forwardedPod(sources, place, signal);
    return () => {
      acceptSpdy(request, socket, protocol);
      return serveSession(socketLink(socket, head), pod, clock);
    };
  }
  const protocol = negotiateWebSocket(request, webSocketProtocols);
  const ports = protocol === tunnelProtocol ? [] : parsePorts(query);
  const pod = await forwardedPod(sources, place, signal);
  return async () => {
    const accepted = await acceptWebSocket(request, socket, head, protocol);
    if (accepted === undefined) return;
    if (protocol === tunnelProtocol) return serveSession(webSocketLink(accepted, clock), pod, clock);
    const form = { isBase64: protocol.includes("base64"), hasClose: false };
    const channels = new WebSocketChannels(accepted, form, 2 * ports.length, clock);
    await forwardOverWebSocket(pod, ports, channels);
    channels.close();
  };
}

async function serveSession(link: ByteLink, pod: ForwardedPod, clock: Clock): Promise<void> {
  const forward = new SpdyPortForward(pod, clock);
  const session = new SpdySession(link, clock, (stream) => forward.add(stream));
  await session.run();
  forward.close();
}

async function forwardedPod(
  { objects, boards }: StreamSources,
  { namespace, pod: name }: ForwardPlace,
  signal: AbortSignal,
): Promise<ForwardedPod> {
  const pod = await objects.pod({ namespace, name }, signal);
  const board = boardOf(pod);
  const { uid = "" } = pod.metadata;
  return { namespace, name, uid, open: (request, gone) => boards.open(board, request, gone) };
}
