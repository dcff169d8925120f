/** A board's connection to a broker that the fleet shares, with one of the voters there for its home. */
import { type AgentLink, type DownKind, downKinds, type UpKind } from "../../../api/board-link.ts";
import type { HomeStreamCarrier } from "../../../api/board-streams/stream-carriers.ts";
import type { HomeTelemetryCarrier } from "../../../api/telemetry/carriers.ts";
import type { Endpoint } from "../endpoint.ts";
import { homeOrder } from "../home-order.ts";
import { KeptLink, type LinkSurroundings } from "../kept-link.ts";
import { boardBackoff, homeAnswerMsMax, homeGatherMs } from "../link-limits.ts";
import { streamKind, telemetryKind } from "../topics.ts";
import { encodeAnnouncement, type PresentVoter } from "./announcement.ts";
import { PresentVoters } from "./present-voters.ts";
import { boardFilters, hereTopic, parseSharedTopic, sharedNodeTopic } from "./shared-topics.ts";

export interface SharedAgentLinkOptions extends LinkSurroundings {
  readonly fleet: string;
  readonly node: string;
  readonly broker: Endpoint;
  /** Whom voters are certified by; the broker's own certificate is checked against that of `credentials`. */
  readonly fleetCaPem: string;
  /** Cannot be guessed: with it nobody can take the connection over. */
  readonly start: string;
  /** This board's own address among the voters, when it is one: its first choice. */
  readonly ownVoter?: string;
  /** Where the link is metered, rarer than usual. */
  readonly keepAliveSeconds?: number;
}

const gone = new Uint8Array(0);

export class SharedAgentLink implements AgentLink, HomeStreamCarrier, HomeTelemetryCarrier {
  readonly #options: SharedAgentLinkOptions;
  readonly #hereTopic: string;
  readonly #link: KeptLink;
  readonly #voters: PresentVoters;
  readonly #messageHandlers: ((kind: DownKind, payload: Uint8Array) => void)[] = [];
  readonly #streamHandlers: ((message: Uint8Array) => void)[] = [];
  readonly #connectionHandlers: ((connected: boolean) => void)[] = [];
  /** Starts of voters that never answered: what they left on the broker has outlived them. */
  readonly #silent = new Set<string>();
  #addresses: readonly string[] = [];
  #home: PresentVoter | undefined;
  #cancelChoice: (() => void) | undefined;
  #cancelWait = () => {};

  /** Connects as soon as `setVoters` is called. */
  constructor(options: SharedAgentLinkOptions) {
    const { fleet, node, start, clock, random, credentials, logger } = options;
    this.#options = options;
    this.#hereTopic = hereTopic(fleet, node, "board");
    this.#voters = new PresentVoters(options.fleetCaPem, clock);
    this.#link = new KeptLink({
      clock,
      random,
      credentials,
      logger: logger.with({ link: "shared" }),
      clientId: `board/${node}/${start}`,
      backoff: boardBackoff,
      filters: boardFilters(fleet, node),
      retainedWill: this.#hereTopic,
      ...(options.keepAliveSeconds !== undefined && { keepAliveSeconds: options.keepAliveSeconds }),
      onMessage: (topic, payload, isRetained) => this.#hear(topic, payload, isRetained),
      onConnection: (connected) => {
        if (!connected) this.#voters.clear();
        this.#review();
      },
    });
  }

  send(kind: UpKind, payload: Uint8Array): Promise<void> {
    const { fleet, node } = this.#options;
    if (this.#home === undefined) return Promise.reject(new Error("no voter is connected"));
    const topic = sharedNodeTopic(fleet, { to: this.#home.node, from: node }, "up", kind);
    return this.#link.publishAcknowledged(topic, payload);
  }

  sendStream(message: Uint8Array): void {
    const { fleet, node } = this.#options;
    if (this.#home === undefined) return;
    this.#link.publish(sharedNodeTopic(fleet, { to: this.#home.node, from: node }, "up", streamKind), message);
  }

  sendTelemetry(payload: Uint8Array): void {
    const { fleet, node } = this.#options;
    if (this.#home === undefined) return;
    this.#link.publish(sharedNodeTopic(fleet, { to: this.#home.node, from: node }, "up", telemetryKind), payload);
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
    this.#addresses = addresses;
    this.#link.setTargets([{ endpoint: this.#options.broker }]);
    this.#review();
  }

  close(): void {
    this.#link.publishRetained(this.#hereTopic, gone);
    this.#cancelChoice?.();
    this.#cancelWait();
    this.#link.close();
  }

  #hear(name: string, payload: Uint8Array, isRetained: boolean): void {
    const { fleet, node } = this.#options;
    const topic = parseSharedTopic(fleet, name);
    if (topic?.plane === "here" && topic.part === "voter") {
      this.#voters.note(topic.node, payload);
      this.#review();
    }
    if (topic?.plane !== "node" || isRetained || topic.direction !== "down") return;
    if (topic.to !== node || topic.from !== this.#home?.node) return;
    if (topic.kind === streamKind) for (const handler of this.#streamHandlers) handler(payload);
    const kind = downKinds.find((known) => known === topic.kind);
    // A newer voter may say more than this board understands.
    if (kind === undefined) return;
    this.#cancelWait();
    for (const handler of this.#messageHandlers) handler(kind, payload);
  }

  /** Leaves a home that is not what it was, and looks for one where there is none. */
  #review(): void {
    const home = this.#home;
    if (home !== undefined && !(this.#link.connected && this.#isThere(home))) {
      this.#home = undefined;
      this.#cancelWait();
      this.#tell(false);
    }
    if (this.#home !== undefined || this.#cancelChoice !== undefined || !this.#link.connected) return;
    // Who is there is told one by one; the first is not always the best.
    this.#cancelChoice = this.#options.clock.after(homeGatherMs, () => {
      this.#cancelChoice = undefined;
      this.#choose();
    });
  }

  #isThere({ node, start }: PresentVoter): boolean {
    const present = this.#voters.of(node);
    return present?.start === start && present.servesBoards && !this.#silent.has(start);
  }

  #choose(): void {
    const { node, ownVoter, clock } = this.#options;
    if (!this.#link.connected || this.#home !== undefined) return;
    const there = this.#voters.all.filter((voter) => this.#isThere(voter));
    const listed = there.filter(({ address }) => this.#addresses.includes(address));
    // A board that was away for long may know none of today's voters; their certificates say enough.
    const candidates = listed.length > 0 ? listed : there;
    const addresses = candidates.map(({ address }) => address);
    const [first] = homeOrder(node, addresses, ownVoter);
    const home = candidates.find(({ address }) => address === first);
    if (home === undefined) return;
    this.#home = home;
    this.#link.publishRetained(this.#hereTopic, encodeAnnouncement({ home: home.id }));
    this.#cancelWait = clock.after(homeAnswerMsMax, () => this.#distrust(home));
    this.#options.logger.info("home found", { voter: home.id });
    this.#tell(true);
  }

  #distrust(home: PresentVoter): void {
    const others = this.#voters.all.filter((voter) => voter.start !== home.start && this.#isThere(voter));
    // Where there is no other, it may yet wake up.
    if (others.length === 0) this.#silent.clear();
    else this.#silent.add(home.start);
    this.#review();
  }

  #tell(connected: boolean): void {
    for (const handler of this.#connectionHandlers) handler(connected);
  }
}
