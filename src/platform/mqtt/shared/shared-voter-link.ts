/** A voter's one connection to a broker that the fleet shares: consensus with the others, and its boards' links. */
import { unreachable } from "../../../lib/assert.ts";
import type { VoterChannel, VoterId, VoterTransport } from "../../../replication/ports.ts";
import type { Endpoint } from "../endpoint.ts";
import { KeptLink, type LinkSurroundings } from "../kept-link.ts";
import { boardsReturnMs, voterBackoff } from "../link-limits.ts";
import { encodeAnnouncement, readHome } from "./announcement.ts";
import { PresentVoters } from "./present-voters.ts";
import { SharedBoards } from "./shared-boards.ts";
import {
  hereTopic,
  nodeOfVoter,
  parseSharedTopic,
  sharedNodeTopic,
  sharedVoterTopic,
  voterFilters,
} from "./shared-topics.ts";

export interface SharedVoterLinkOptions extends LinkSurroundings {
  readonly fleet: string;
  readonly self: VoterId;
  /** As the fleet's members name it, `10.99.0.1:8883`. */
  readonly address: string;
  readonly broker: Endpoint;
  /** Whom voters are certified by; the broker's own certificate is checked against that of `credentials`. */
  readonly fleetCaPem: string;
  /** Cannot be guessed, and names this start: with it nobody can take the connection over. */
  readonly start: string;
}

const gone = new Uint8Array(0);

export class SharedVoterLink implements VoterTransport {
  readonly boards: SharedBoards;
  readonly #options: SharedVoterLinkOptions;
  readonly #node: string;
  readonly #hereTopic: string;
  readonly #voters: PresentVoters;
  readonly #link: KeptLink;
  readonly #messageHandlers: ((from: VoterId, channel: VoterChannel, payload: Uint8Array) => void)[] = [];
  readonly #endedHandlers: ((id: VoterId) => void)[] = [];
  readonly #connectionHandlers: ((connected: boolean) => void)[] = [];
  #servesBoards = false;

  constructor(options: SharedVoterLinkOptions) {
    const { fleet, self, start, broker, clock, random, credentials, logger } = options;
    this.#options = options;
    this.#node = nodeOfVoter(self);
    this.#hereTopic = hereTopic(fleet, this.#node, "voter");
    this.#voters = new PresentVoters(options.fleetCaPem, clock);
    this.boards = new SharedBoards((node, kind, payload) => {
      this.#link.publish(sharedNodeTopic(fleet, { to: node, from: this.#node }, "down", kind), payload);
    });
    this.#link = new KeptLink({
      clock,
      random,
      credentials,
      logger: logger.with({ link: "shared" }),
      clientId: `voter/${self}/${start}`,
      backoff: voterBackoff,
      filters: voterFilters(fleet, self),
      retainedWill: this.#hereTopic,
      onMessage: (topic, payload, isRetained) => this.#hear(topic, payload, isRetained),
      onConnection: (connected) => this.#onConnection(connected),
    });
    this.#link.setTargets([{ endpoint: broker }]);
  }

  get connected(): boolean {
    return this.#link.connected;
  }

  send(to: VoterId, channel: VoterChannel, payload: Uint8Array): void {
    this.#link.publish(sharedVoterTopic(this.#options.fleet, channel, to, this.#options.self), payload);
  }

  onMessage(handler: (from: VoterId, channel: VoterChannel, payload: Uint8Array) => void): void {
    this.#messageHandlers.push(handler);
  }

  /** The last will of a voter's connection has come. */
  onEnded(handler: (id: VoterId) => void): void {
    this.#endedHandlers.push(handler);
  }

  /** Called whenever the connection to the broker comes or goes. */
  onConnection(handler: (connected: boolean) => void): void {
    this.#connectionHandlers.push(handler);
  }

  publish(topic: string, payload: Uint8Array): boolean {
    return this.#link.publish(topic, payload);
  }

  publishRetained(topic: string, payload: Uint8Array): void {
    this.#link.publishRetained(topic, payload);
  }

  /** Nothing to do: on a shared broker everybody is at one address. */
  setMembers(): void {}

  /** Boards are not invited before: what they say first must not be lost on a voter that is still starting. */
  serveBoards(): void {
    this.#servesBoards = true;
    this.#announce();
  }

  /** Shows a renewed certificate to those who come from now on. */
  reannounce(): void {
    this.#announce();
  }

  close(): void {
    this.boards.close();
    this.#link.publishRetained(this.#hereTopic, gone);
    this.#link.close();
  }

  #onConnection(connected: boolean): void {
    for (const handler of this.#connectionHandlers) handler(connected);
    if (!connected) {
      this.#voters.clear();
      return;
    }
    this.#announce();
    this.boards.recount(this.#options.clock, boardsReturnMs);
  }

  #announce(): void {
    const { address, start, credentials } = this.#options;
    const { certificatePem } = credentials();
    const announcement = { certificatePem: firstOf(certificatePem), address, start, servesBoards: this.#servesBoards };
    this.#link.publishRetained(this.#hereTopic, encodeAnnouncement(announcement));
  }

  #hear(name: string, payload: Uint8Array, isRetained: boolean): void {
    const topic = parseSharedTopic(this.#options.fleet, name);
    if (topic === undefined) return;
    switch (topic.plane) {
      case "here":
        if (topic.part === "board") this.boards.notePresence(topic.node, readHome(payload) === this.#options.self);
        else this.#noteVoter(topic.node, payload);
        return;
      case "node":
        if (isRetained || topic.direction !== "up" || topic.to !== this.#node) return;
        this.boards.hear(topic.from, topic.kind, payload);
        return;
      case "voter":
        // What is retained was said to somebody else, or long ago: consensus must not hear it as news.
        if (isRetained || topic.to !== this.#options.self) return;
        // The broker lets each node write under its own name only; that it is this voter, its certificate has shown.
        if (this.#voters.of(nodeOfVoter(topic.from))?.id !== topic.from) return;
        for (const handler of this.#messageHandlers) handler(topic.from, topic.channel, payload);
        return;
      default:
        unreachable(topic);
    }
  }

  #noteVoter(node: string, payload: Uint8Array): void {
    const before = this.#voters.of(node)?.id;
    this.#voters.note(node, payload);
    if (before !== undefined && payload.byteLength === 0) for (const handler of this.#endedHandlers) handler(before);
    // The last will of a connection that this one has replaced.
    if (node === this.#node && payload.byteLength === 0) this.#announce();
  }
}

/** Without the CA's certificate behind it. */
function firstOf(certificatePem: string): string {
  const end = "-----END CERTIFICATE-----";
  return certificatePem.slice(0, certificatePem.indexOf(end) + end.length);
}
