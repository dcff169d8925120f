/** What voters say to each other: each hears on its own broker and speaks on the others'. */
import type { Member, VoterChannel, VoterId, VoterTransport } from "../../replication/ports.ts";
import { voterClientId } from "./access.ts";
import type { ControlBroker } from "./control-broker.ts";
import { parseEndpoint } from "./endpoint.ts";
import { KeptLink, type LinkSurroundings } from "./kept-link.ts";
import { voterBackoff } from "./link-limits.ts";
import { voterTopic } from "./topics.ts";

export interface MqttVoterTransportOptions extends LinkSurroundings {
  readonly fleet: string;
  readonly self: VoterId;
  readonly broker: ControlBroker;
}

interface VoterLink {
  readonly address: string;
  readonly link: KeptLink;
}

export class MqttVoterTransport implements VoterTransport {
  readonly #options: MqttVoterTransportOptions;
  readonly #links = new Map<VoterId, VoterLink>();
  readonly #endedHandlers: ((id: VoterId) => void)[] = [];

  constructor(options: MqttVoterTransportOptions) {
    this.#options = options;
    // A voter that reaches us can be reached: consensus need not wait for our own back-off to end.
    options.broker.onVoterConnected((id) => this.#links.get(id)?.link.hurry());
  }

  send(to: VoterId, channel: VoterChannel, payload: Uint8Array): void {
    const { fleet, self } = this.#options;
    this.#links.get(to)?.link.publish(voterTopic(fleet, channel, to, self), payload);
  }

  /** `from` may be a voter that is no longer a member: its certificate outlives its membership. */
  onMessage(handler: (from: VoterId, channel: VoterChannel, payload: Uint8Array) => void): void {
    this.#options.broker.onVoterMessage(handler);
  }

  /** A process that has ended refuses connections at once, where a lost machine or link is silent. */
  onEnded(handler: (id: VoterId) => void): void {
    this.#endedHandlers.push(handler);
  }

  setMembers(members: readonly Member[]): void {
    const others = new Map(members.filter(({ id }) => id !== this.#options.self).map((member) => [member.id, member]));
    for (const [id, { address, link }] of this.#links) {
      if (others.get(id)?.address === address) continue;
      link.close();
      this.#links.delete(id);
    }
    for (const { id, address } of others.values()) {
      if (!this.#links.has(id)) this.#links.set(id, { address, link: this.#linkTo(id, address) });
    }
  }

  close(): void {
    for (const { link } of this.#links.values()) link.close();
    this.#links.clear();
  }

  #linkTo(id: VoterId, address: string): KeptLink {
    const { clock, random, credentials } = this.#options;
    const link = new KeptLink({
      clock,
      random,
      credentials,
      logger: this.#options.logger.with({ link: "voter", to: id }),
      clientId: voterClientId(this.#options.self),
      backoff: voterBackoff,
      onMessage: () => {},
      onConnection: () => {},
      onRefused: () => {
        for (const handler of this.#endedHandlers) handler(id);
      },
    });
    const endpoint = parseEndpoint(address);
    if (endpoint !== undefined) link.setTargets([{ endpoint, accepts: (identity) => identity.voterId === id }]);
    else this.#options.logger.error("voter has no usable address", { voter: id, address });
    return link;
  }
}
