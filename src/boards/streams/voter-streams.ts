/**
 * The voter's end of streams: opens them to any board, through the voter that is the board's home where that is another
 * one, and passes on those that other voters open to its own boards.
 */
import { type BoardStream, BoardStreamError, type BoardStreams, type StreamRequest } from "../../api/board-stream.ts";
import type { BoardStreamCarrier, VoterStreamCarrier } from "../../api/board-streams/stream-carriers.ts";
import { StreamEndpoint } from "../../api/board-streams/stream-endpoint.ts";
import { errorOf, unavailable } from "../../api/board-streams/stream-failures.ts";
import { decodeFrame, encodeFrame, type FrameHeader, type StreamFrame } from "../../api/board-streams/stream-frame.ts";
import type { StreamLink } from "../../api/board-streams/stream-link.ts";
import type { Clock } from "../../lib/clock.ts";
import type { MetricRegistry } from "../../lib/metrics.ts";
import type { Random } from "../../lib/random.ts";
import { StreamLinks } from "./stream-links.ts";
import { StreamRelays } from "./stream-relays.ts";

/** With nobody reading any of them, each holds 256 KiB a channel. */
const streamsMax = 128;
const tickMs = 1_000;

export interface VoterStreamsOptions {
  readonly boards: BoardStreamCarrier;
  readonly voters: VoterStreamCarrier;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: MetricRegistry;
}

/** A stream of this voter's, and the way to its board. */
interface OwnStream {
  readonly endpoint: StreamEndpoint;
  readonly node: string;
  /** Undefined while it is not known which voter has the board. */
  link: StreamLink | undefined;
  /** The voter it goes through; undefined for a board that is connected here. */
  voter: string | undefined;
  /** Voters that may have the board. */
  readonly asked: Set<string>;
}

export class VoterStreams implements BoardStreams {
  readonly #options: VoterStreamsOptions;
  readonly #own = new Map<number, OwnStream>();
  readonly #relays = new StreamRelays();
  readonly #toBoards: StreamLinks;
  readonly #toVoters: StreamLinks;
  /** Begins anywhere: what an earlier process of this voter left on a board or a relay has other numbers. */
  #lastId: number;
  #cancelTick: (() => void) | undefined;

  constructor(options: VoterStreamsOptions) {
    const { boards, voters, clock, random } = options;
    const nowMs = () => clock.monotonicMs();
    this.#options = options;
    this.#toBoards = new StreamLinks({ send: (node, message) => boards.sendStream(node, message), nowMs });
    this.#toVoters = new StreamLinks({ send: (voter, message) => voters.send(voter, message), nowMs });
    this.#lastId = random.below(2 ** 32);
    boards.onStream((node, message) => this.#onBoardMessage(node, message));
    boards.onArrival((node) => this.#endStreamsOf(node));
    boards.onPresence((node, connected) => {
      if (!connected) this.#endStreamsOf(node);
    });
    voters.onMessage((from, message) => this.#onVoterMessage(from, message));
    this.#show(options.metrics);
  }

  /** Own streams, and those that pass through. */
  get size(): number {
    return this.#own.size + this.#relays.size;
  }

  async open(node: string, request: StreamRequest, signal: AbortSignal): Promise<BoardStream> {
    signal.throwIfAborted();
    if (this.#own.size >= streamsMax) {
      const message = `${streamsMax} streams of this voter are open already: end some of them, or ask another voter`;
      throw new BoardStreamError("Unavailable", message);
    }
    const endpoint = this.#begin(node, request);
    const giveUp = () => endpoint.close();
    signal.addEventListener("abort", giveUp, { once: true });
    void endpoint.ended.then(() => signal.removeEventListener("abort", giveUp));
    const end = await endpoint.opened;
    signal.throwIfAborted();
    if (end !== undefined) throw errorOf(end);
    return endpoint;
  }

  /** Ends this voter's streams; those that pass through it notice by its silence. */
  close(): void {
    for (const { endpoint } of this.#own.values()) endpoint.drop(unavailable("this voter is stopping"));
    this.#cancelTick?.();
  }

  #begin(node: string, request: StreamRequest): StreamEndpoint {
    const { clock, boards, voters } = this.#options;
    const id = this.#newId();
    const isHere = boards.connected.has(node);
    const own: OwnStream = {
      node,
      link: isHere ? this.#toBoards.to(node) : undefined,
      voter: undefined,
      asked: new Set(isHere ? [] : voters.others),
      endpoint: new StreamEndpoint({
        id,
        open: { node, request },
        peer: `board ${node}`,
        nowMs: () => clock.monotonicMs(),
        onReady: () => this.#send(own),
        onOver: () => this.#own.delete(id),
      }),
    };
    this.#own.set(id, own);
    this.#tickLater();
    this.#send(own);
    if (!isHere && own.asked.size === 0) this.#nobodyHas(own);
    return own.endpoint;
  }

  /** To the board; while it is being looked for, to everybody who may have it. */
  #send({ endpoint, link, asked }: OwnStream): void {
    if (link !== undefined) {
      link.wake(endpoint);
      return;
    }
    for (let message = endpoint.nextMessage(); message !== undefined; message = endpoint.nextMessage()) {
      for (const voter of asked) this.#toVoters.to(voter).say(message);
    }
  }

  #nobodyHas({ endpoint, node }: OwnStream): void {
    endpoint.drop(unavailable(`board ${node} is not connected to the fleet`));
  }

  #onBoardMessage(node: string, message: Uint8Array): void {
    const { frame, header } = this.#toBoards.read(node, message) ?? {};
    if (frame === undefined || header?.isFromBoard !== true) return;
    const own = this.#own.get(header.id);
    if (own?.node === node && own.voter === undefined) own.endpoint.receive(frame);
    else if (!this.#relays.takeFromBoard(node, frame, header) && header.type !== "end") {
      this.#toBoards.to(node).say(closeOf(header.id));
    }
  }

  #onVoterMessage(from: string, message: Uint8Array): void {
    const { frame, header } = this.#toVoters.read(from, message) ?? {};
    if (frame === undefined || header === undefined) return;
    if (header.isFromBoard) this.#hearThrough(from, frame, header);
    else if (header.type === "open") this.#openRelay(from, frame, header);
    else if (!this.#relays.takeFromVoter(from, frame, header) && header.type !== "close") {
      this.#answer(from, header.id, { type: "end", end: unavailable("the board has moved to another voter") });
    }
  }

  /** In the place of a board, to a stream that is none. */
  #answer(voter: string, id: number, frame: StreamFrame): void {
    this.#toVoters.to(voter).say(encodeFrame({ id, isFromBoard: true, sequence: 0 }, frame));
  }

  /** A board's word through its home, or that home's own. */
  #hearThrough(voter: string, frame: Uint8Array, { id, type }: FrameHeader): void {
    const own = this.#own.get(id);
    if (own === undefined || (own.voter !== voter && !own.asked.has(voter))) {
      if (type === "end" || type === "absent") return;
      this.#toVoters.to(voter).say(closeOf(id));
    } else if (type === "absent") {
      own.asked.delete(voter);
      if (own.asked.size === 0) this.#nobodyHas(own);
    } else {
      own.voter = voter;
      own.link = this.#toVoters.to(voter);
      own.asked.clear();
      own.endpoint.receive(frame);
      this.#send(own);
    }
  }

  #openRelay(from: string, message: Uint8Array, { id }: FrameHeader): void {
    const { boards, clock } = this.#options;
    const open = decodeFrame(message);
    const node = open?.type === "open" ? open.node : "";
    if (!boards.connected.has(node)) {
      this.#answer(from, id, { type: "absent" });
      return;
    }
    if (this.#relays.isFull) {
      const end = unavailable(`too many streams to boards pass through the voter that board ${node} is connected to`);
      this.#answer(from, id, { type: "end", end });
      return;
    }
    const ids = { voterId: id, boardId: this.#newId() };
    const links = { toVoter: this.#toVoters.to(from), toBoard: this.#toBoards.to(node) };
    this.#relays.open({ node, voter: from, ...ids, ...links, nowMs: () => clock.monotonicMs() }, message);
    this.#tickLater();
  }

  #endStreamsOf(node: string): void {
    this.#toBoards.forget(node);
    this.#relays.endOf(node);
    for (const { endpoint, node: its, voter } of this.#own.values()) {
      if (its === node && voter === undefined) endpoint.drop(unavailable(`board ${node} lost its connection`));
    }
  }

  #show(metrics: MetricRegistry): void {
    const open = "Streams to boards that are open: this voter's own, and those of others that pass through it.";
    metrics.gauge("bramble_streams_open", open, () => this.#own.size, { part: "own" });
    metrics.gauge("bramble_streams_open", open, () => this.#relays.size, { part: "relayed" });
    const moved = "Bytes of streams to and from boards and other voters.";
    const ways = [this.#toBoards, this.#toVoters];
    const sum = (count: (links: StreamLinks) => number) => ways.map(count).reduce((total, each) => total + each, 0);
    const received = () => sum(({ bytesReceived }) => bytesReceived);
    const sent = () => sum(({ bytesSent }) => bytesSent);
    metrics.counted("bramble_stream_bytes_total", moved, received, { direction: "up" });
    metrics.counted("bramble_stream_bytes_total", moved, sent, { direction: "down" });
  }

  #newId(): number {
    this.#lastId = (this.#lastId + 1) >>> 0;
    return this.#lastId;
  }

  #tickLater(): void {
    this.#cancelTick ??= this.#options.clock.after(tickMs, () => {
      this.#cancelTick = undefined;
      this.#toBoards.tick();
      this.#toVoters.tick();
      for (const { endpoint } of this.#own.values()) endpoint.tick();
      this.#relays.tick(this.#options.clock.monotonicMs());
      if (this.size > 0) this.#tickLater();
    });
  }
}

function closeOf(id: number): Uint8Array {
  return encodeFrame({ id, isFromBoard: false, sequence: 0 }, { type: "close" });
}
