/** How a voter is linked with the others and with its boards: over brokers of their own, or one that the fleet shares. */
import type { BoardLinks } from "../api/board-link.ts";
import type { BoardStreamCarrier } from "../api/board-streams/stream-carriers.ts";
import type { BoardTelemetryCarrier } from "../api/telemetry/carriers.ts";
import { randomHex } from "../platform/host/secure-random.ts";
import { ControlBroker } from "../platform/mqtt/control-broker.ts";
import { MqttBoardLinks } from "../platform/mqtt/mqtt-board-links.ts";
import { MqttVoterTransport } from "../platform/mqtt/mqtt-voter-transport.ts";
import { SharedVoterLink } from "../platform/mqtt/shared/shared-voter-link.ts";
import type { VoterId, VoterTransport } from "../replication/ports.ts";
import type { Board } from "./board.ts";
import { sharedBrokerOf } from "./shared-broker.ts";

export interface VoterLinks {
  readonly transport: VoterTransport;
  readonly boards: BoardLinks & BoardStreamCarrier & BoardTelemetryCarrier;
  /** The connection to a broker that the fleet shares, where it does. */
  readonly shared?: SharedVoterLink;
  /** Where the broker is, `10.99.0.1:8883`. */
  readonly broker: string;
  /** Boards are turned away until now. */
  serveBoards(): void;
  close(): Promise<void>;
}

/** Throws `UsageError` where the port of the voter's own broker is taken. */
export async function openVoterLinks(board: Board, id: VoterId): Promise<VoterLinks> {
  const { identity, credentials, surroundings } = board;
  const { fleet, address, ports } = identity;
  const { clock, random, log } = surroundings;
  const logger = log.with({ room: "transport" });
  const shared = sharedBrokerOf(board);
  if (shared !== undefined) {
    const own = { self: id, address: `${address}:${ports.mqtt}`, start: randomHex(16) };
    const link = new SharedVoterLink({ fleet, ...own, clock, random, logger, ...shared });
    const forget = credentials.onChange(() => link.reannounce());
    return {
      transport: link,
      shared: link,
      boards: link.boards,
      broker: `${shared.broker.host}:${shared.broker.port}`,
      serveBoards: () => link.serveBoards(),
      async close() {
        forget();
        link.close();
      },
    };
  }
  const broker = await ControlBroker.start({
    fleet,
    voter: id,
    address,
    port: ports.mqtt,
    credentials: credentials.current,
    clock,
    logger: log.with({ room: "broker" }),
  });
  const transport = new MqttVoterTransport({
    fleet,
    self: id,
    broker,
    clock,
    random,
    logger,
    credentials: () => credentials.current,
  });
  const forget = credentials.onChange((renewed) => broker.reload(renewed));
  return {
    transport,
    boards: new MqttBoardLinks(broker),
    broker: `${address}:${broker.port}`,
    serveBoards: () => broker.serveBoards(),
    async close() {
      forget();
      transport.close();
      await broker.close();
    },
  };
}
