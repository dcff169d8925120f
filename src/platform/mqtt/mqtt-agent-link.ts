/** The board's one connection to the fleet, kept at whichever voter is its home for now. */
import { type AgentLink, type DownKind, downKinds, type UpKind } from "../../api/board-link.ts";
import type { HomeStreamCarrier } from "../../api/board-streams/stream-carriers.ts";
import type { HomeTelemetryCarrier } from "../../api/telemetry/carriers.ts";
import { boardClientId, boardWill } from "./access.ts";
import { parseEndpoint } from "./endpoint.ts";
import { homeOrder } from "./home-order.ts";
import { KeptLink, type LinkSurroundings } from "./kept-link.ts";
import { boardBackoff } from "./link-limits.ts";
import { downFilter, nodeTopic, parseTopic, streamKind, telemetryKind } from "./topics.ts";

export interface MqttAgentLinkOptions extends LinkSurroundings {
  readonly fleet: string;
  readonly node: string;
  /** This board's own broker, when it is a voter: its first choice. */
  readonly ownVoter?: string;
  /** Where the link is metered, rarer than usual. */
  readonly keepAliveSeconds?: number;
}

export class MqttAgentLink implements AgentLink, HomeStreamCarrier, HomeTelemetryCarrier {
  readonly #options: MqttAgentLinkOptions;
  readonly #link: KeptLink;
  readonly #messageHandlers: ((kind: DownKind, payload: Uint8Array) => void)[] = [];
  readonly #streamHandlers: ((message: Uint8Array) => void)[] = [];
  readonly #connectionHandlers: ((connected: boolean) => void)[] = [];

  /** Connects as soon as `setVoters` says where. */
  constructor(options: MqttAgentLinkOptions) {
    const { fleet, node, clock, random, credentials } = options;
    this.#options = options;
    this.#link = new KeptLink({
      clock,
      random,
      credentials,
      logger: options.logger.with({ link: "home" }),
      clientId: boardClientId(node),
      backoff: boardBackoff,
      filters: [downFilter(fleet, node)],
      will: boardWill(fleet, node),
      ...(options.keepAliveSeconds !== undefined && { keepAliveSeconds: options.keepAliveSeconds }),
      onMessage: (topic, payload) => this.#deliver(topic, payload),
      onConnection: (connected) => {
        for (const handler of this.#connectionHandlers) handler(connected);
      },
    });
  }

  send(kind: UpKind, payload: Uint8Array): Promise<void> {
    const { fleet, node } = this.#options;
    return this.#link.publishAcknowledged(nodeTopic(fleet, node, "up", kind), payload);
  }

  sendStream(message: Uint8Array): void {
    const { fleet, node } = this.#options;
    this.#link.publish(nodeTopic(fleet, node, "up", streamKind), message);
  }

  sendTelemetry(payload: Uint8Array): void {
    const { fleet, node } = this.#options;
    this.#link.publish(nodeTopic(fleet, node, "up", telemetryKind), payload);
  }

  onStream(handler: (message: Uint8Array) => void): void {
    this.#streamHandlers.push(handler);
  }

  onMessage(handler: (kind: DownKind, payload: Uint8Array) => void): void {
    this.#messageHandlers.push(handler);
  }

  onConnection(handler: (connected: boolean) => void): void {
    this.#connectionHandlers.push(handler);
  }

  setVoters(addresses: readonly string[]): void {
    const { node, ownVoter } = this.#options;
    // Any voter will do: they all hold the same state, so only that it is one has to be proven.
    const accepts = ({ voterId }: { voterId?: string }) => voterId !== undefined;
    this.#link.setTargets(
      homeOrder(node, addresses, ownVoter).flatMap((address) => {
        const endpoint = parseEndpoint(address);
        return endpoint === undefined ? [] : [{ endpoint, accepts }];
      }),
    );
  }

  close(): void {
    this.#link.close();
  }

  #deliver(name: string, payload: Uint8Array): void {
    const topic = parseTopic(this.#options.fleet, name);
    if (topic?.plane !== "node") return;
    if (topic.kind === streamKind) for (const handler of this.#streamHandlers) handler(payload);
    const kind = downKinds.find((known) => known === topic.kind);
    // A newer voter may say more than this board understands.
    if (kind === undefined) return;
    for (const handler of this.#messageHandlers) handler(kind, payload);
  }
}
