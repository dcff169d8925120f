/** What the parts that serve an upgraded connection are given. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { BoardStreams } from "../../api/board-stream.ts";
import type { Clock } from "../../lib/clock.ts";
import type { FleetObjects } from "./fleet-objects.ts";

export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** What the client has sent behind its request. */
  readonly head: Buffer;
  readonly query: URLSearchParams;
  readonly protocol: UpgradeProtocol;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

export interface StreamSources {
  readonly objects: FleetObjects;
  readonly boards: BoardStreams;
  readonly clock: Clock;
}

export type UpgradeProtocol = "spdy" | "websocket";

/** Undefined for what we do not change to. */
export function upgradeProtocol({ headers }: IncomingMessage): UpgradeProtocol | undefined {
  switch (headers.upgrade?.toLowerCase()) {
    case "spdy/3.1":
      return "spdy";
    case "websocket":
      return "websocket";
    default:
      return undefined;
  }
}
