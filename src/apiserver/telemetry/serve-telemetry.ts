/** The public topics over WebSocket at `/mqtt`: whose page may ask, and under which name of this voter. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { createWebSocketStream } from "ws";
import { ApiError } from "../../api/api-error.ts";
import type { Identity } from "../../api/exchange.ts";
import type { Logger } from "../../lib/logger.ts";
import { refusalOf } from "../error-reply.ts";
import { clientIdentity } from "../http/client-identity.ts";
import { refuseUpgrade } from "../streams/upgrade-answer.ts";
import { acceptWebSocket, negotiateWebSocket, refuseForeignOrigin } from "../streams/websocket/accept-websocket.ts";

const telemetryPath = "/mqtt";

/** Readers send what they want to hear, and no more. */
const messageBytesMax = 32 * 1024;
const keepAliveProbeMs = 60_000;

export interface TelemetryDoor {
  /** Takes a connection over. False where there are too many already. */
  connect(stream: Duplex, certified: () => Identity | undefined): boolean;
}

export interface TelemetryService {
  readonly door: TelemetryDoor;
  /** Whether a Host header names this voter. */
  readonly isOwnHost: (host: string) => boolean;
}

export function isTelemetryPath(url = ""): boolean {
  return url === telemetryPath || url.startsWith(`${telemetryPath}?`);
}

/** Takes the connection over; never rejects. What cannot be served is answered, and the connection closed. */
export async function upgradeToTelemetry(
  { door, isOwnHost }: TelemetryService,
  [request, socket, head]: readonly [IncomingMessage, Socket, Buffer],
  log: Logger,
): Promise<void> {
  socket.on("error", () => socket.destroy());
  try {
    refuseForeignHost(request, isOwnHost);
    refuseForeignOrigin(request);
    const protocol = negotiateWebSocket(request, ["mqtt"]);
    const webSocket = await acceptWebSocket(request, socket, head, protocol, messageBytesMax);
    if (webSocket === undefined) return;
    socket.setKeepAlive(true, keepAliveProbeMs);
    const stream = createWebSocketStream(webSocket);
    stream.on("error", (error) => log.debug("reader lost", { reason: error.message }));
    const certified = () => (socket instanceof TLSSocket ? clientIdentity(socket) : undefined);
    if (!door.connect(stream, certified)) webSocket.close(1013, "too many readers at once; try again");
  } catch (thrown) {
    const { code, status } = refusalOf(thrown, log);
    refuseUpgrade(socket, code, status);
  }
}

function refuseForeignHost({ headers: { host = "" } }: IncomingMessage, isOwnHost: (host: string) => boolean): void {
  if (isOwnHost(host)) return;
  throw ApiError.forbidden(
    { group: "", plural: "websocket" },
    "",
    `${host} is no name of this voter: use its address, or name it with --server-name`,
  );
}
