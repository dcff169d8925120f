/** `exec` and `attach` over SPDY and WebSocket. */
import type { Clock } from "../../../lib/clock.ts";
import { socketLink } from "../byte-link.ts";
import { acceptSpdy, negotiateSpdy } from "../spdy/negotiate-spdy.ts";
import { SpdySession } from "../spdy/spdy-session.ts";
import type { StreamSources, Upgrade } from "../upgrade.ts";
import { acceptWebSocket, negotiateWebSocket } from "../websocket/accept-websocket.ts";
import { WebSocketChannels } from "../websocket/websocket-channels.ts";
import { type OpenCommand, openCommand } from "./open-command.ts";
import { runRemoteCommand } from "./run-remote-command.ts";
import { type SpdyCommandProtocol, SpdyCommandStreams, spdyCommandProtocols } from "./spdy-command-channels.ts";
import {
  commandChannelCount,
  type WebSocketCommandProtocol,
  webSocketCommandChannels,
  webSocketCommandProtocols,
  webSocketVersion,
} from "./websocket-command.ts";

export interface CommandPlace {
  readonly type: "exec" | "attach";
  readonly namespace: string;
  readonly pod: string;
}

/** Resolves when the command runs: what it returns serves it to its end. Throws `ApiError`. */
export async function openRemoteCommand(
  sources: StreamSources,
  place: CommandPlace,
  upgrade: Upgrade,
): Promise<() => Promise<void>> {
  const { request, query, signal } = upgrade;
  if (upgrade.protocol === "spdy") {
    const protocol = negotiateSpdy(request, spdyCommandProtocols);
    const command = await openCommand(sources, { ...place, query, signal });
    return () => serveSpdy(upgrade, protocol, command, sources.clock);
  }
  const protocol = negotiateWebSocket(request, webSocketCommandProtocols);
  const command = await openCommand(sources, { ...place, query, signal });
  return () => serveWebSocket(upgrade, protocol, command, sources.clock);
}

async function serveSpdy(
  { request, socket, head }: Upgrade,
  protocol: SpdyCommandProtocol,
  { options, stream }: OpenCommand,
  clock: Clock,
): Promise<void> {
  acceptSpdy(request, socket, protocol);
  const streams = new SpdyCommandStreams(options, protocol);
  const session = new SpdySession(socketLink(socket, head), clock, (opened) => streams.add(opened));
  const running = session.run();
  const channels = await streams.channels(session, clock);
  if (channels === undefined) stream.close();
  else await runRemoteCommand(stream, channels);
  session.close();
  await running;
}

async function serveWebSocket(
  { request, socket, head }: Upgrade,
  protocol: WebSocketCommandProtocol,
  { options, stream }: OpenCommand,
  clock: Clock,
): Promise<void> {
  const accepted = await acceptWebSocket(request, socket, head, protocol);
  if (accepted === undefined) {
    stream.close();
    return;
  }
  const { endForm, ...form } = webSocketVersion(protocol);
  const channels = new WebSocketChannels(accepted, form, commandChannelCount, clock);
  await runRemoteCommand(stream, await webSocketCommandChannels(channels, options, endForm));
  channels.close();
}
