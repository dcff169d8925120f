import type { AgentLink } from "../api/board-link.ts";
import type { HomeStreamCarrier } from "../api/board-streams/stream-carriers.ts";
import type { HomeTelemetryCarrier } from "../api/telemetry/carriers.ts";
import { randomHex } from "../platform/host/secure-random.ts";
import { MqttAgentLink } from "../platform/mqtt/mqtt-agent-link.ts";
import { SharedAgentLink } from "../platform/mqtt/shared/shared-agent-link.ts";
import type { Board } from "./board.ts";
import { sharedBrokerOf } from "./shared-broker.ts";

/** A lost board is noticed after one and a half of them. */
const meteredKeepAliveSeconds = 60;

/** The board's link to whichever voter is its home; connects once it is told of the voters. */
export function openAgentLink(board: Board): AgentLink & HomeStreamCarrier & HomeTelemetryCarrier & { close(): void } {
  const { identity, credentials, surroundings, telemetry } = board;
  const { fleet, node, address, ports, voterId } = identity;
  const { clock, random, log } = surroundings;
  const parts = {
    fleet,
    node,
    ...(voterId !== undefined && { ownVoter: `${address}:${ports.mqtt}` }),
    ...(telemetry.metered && { keepAliveSeconds: meteredKeepAliveSeconds }),
    clock,
    random,
    logger: log.with({ room: "link" }),
  };
  const shared = sharedBrokerOf(board);
  if (shared === undefined) return new MqttAgentLink({ ...parts, credentials: () => credentials.current });
  return new SharedAgentLink({ ...parts, start: randomHex(16), ...shared });
}
