/** The board's end of all its streams: takes what is opened over the link to its home, and ends it all with that link. */
import type { StreamRequest } from "../../api/board-stream.ts";
import type { HomeStreamCarrier } from "../../api/board-streams/stream-carriers.ts";
import { StreamEndpoint } from "../../api/board-streams/stream-endpoint.ts";
import { unavailable } from "../../api/board-streams/stream-failures.ts";
import { decodeFrame, encodeFrame, readHeader, type StreamFrame } from "../../api/board-streams/stream-frame.ts";
import { StreamLink } from "../../api/board-streams/stream-link.ts";
import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";

/** A stream may hold 256 KiB of what came in, and as much goes out. */
const streamsMax = 128;
const tickMs = 1_000;

/**
 * Does what was asked for: calls `accept` or refuses with `end`, and ends the stream when it is done. `signal` aborts
 * when the stream has ended, whoever ended it. What it throws ends the stream as an internal error.
 */
export type StreamHandler = (stream: StreamEndpoint, request: StreamRequest, signal: AbortSignal) => Promise<void>;

export interface StreamDeskOptions {
  readonly node: string;
  readonly carrier: HomeStreamCarrier;
  readonly clock: Clock;
  readonly log: Logger;
  readonly handle: StreamHandler;
}

export class StreamDesk {
  readonly #options: StreamDeskOptions;
  readonly #streams = new Map<number, StreamEndpoint>();
  #link: StreamLink;
  #isUp = false;
  #cancelTick: (() => void) | undefined;

  constructor(options: StreamDeskOptions) {
    this.#options = options;
    this.#link = this.#newLink();
    options.carrier.onStream((message) => this.#receive(message));
    options.carrier.onConnection((connected) => {
      this.#isUp = connected;
      // A voter may speak as soon as it sees the board, which is before the board may answer.
      if (connected) this.#link.begin();
      else {
        this.#link = this.#newLink();
        this.close();
      }
    });
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Ends all streams of this side. */
  close(): void {
    const failure = unavailable("the board's connection to the fleet was lost");
    for (const stream of this.#streams.values()) stream.drop(failure);
  }

  #newLink(): StreamLink {
    const { carrier, clock } = this.#options;
    return new StreamLink({
      send: (message) => carrier.sendStream(message),
      nowMs: () => clock.monotonicMs(),
      isUp: () => this.#isUp,
    });
  }

  #receive(message: Uint8Array): void {
    const frame = this.#link.receive(message);
    const header = frame === undefined ? undefined : readHeader(frame);
    if (frame === undefined || header === undefined || header.isFromBoard) return;
    if (header.type === "open") this.#open(header.id, frame);
    else if (this.#streams.has(header.id)) this.#streams.get(header.id)?.receive(frame);
    else if (header.type !== "close") this.#answer(header.id, { type: "end", end: unavailable("the stream is over") });
  }

  #open(id: number, message: Uint8Array): void {
    const { node, clock, log, handle } = this.#options;
    const open = decodeFrame(message);
    if (open?.type !== "open" || open.node !== node) {
      const text = `board ${node} does not know what this stream is to be: let all boards run the same version`;
      this.#answer(id, { type: "end", end: { type: "failed", reason: "BadRequest", message: text } });
      return;
    }
    if (this.#streams.size >= streamsMax) {
      const text = `${streamsMax} streams of board ${node} are open already: end some of them first`;
      this.#answer(id, { type: "end", end: { type: "failed", reason: "Unavailable", message: text } });
      return;
    }
    this.#streams.get(id)?.drop(unavailable("the stream was opened anew"));
    const ended = new AbortController();
    const link = this.#link;
    const stream: StreamEndpoint = new StreamEndpoint({
      id,
      peer: "the voter",
      nowMs: () => clock.monotonicMs(),
      onReady: () => link.wake(stream),
      onEnd: () => ended.abort(new Error("the stream has ended")),
      onOver: () => {
        if (this.#streams.get(id) === stream) this.#streams.delete(id);
      },
    });
    this.#streams.set(id, stream);
    this.#tickLater();
    log.debug("stream opened", { type: open.request.type, session: id });
    handle(stream, open.request, ended.signal).catch((thrown: unknown) => {
      if (!ended.signal.aborted) stream.end({ type: "failed", reason: "Internal", message: messageOf(thrown) });
    });
  }

  /** To a stream that is none. */
  #answer(id: number, frame: StreamFrame): void {
    this.#link.say(encodeFrame({ id, isFromBoard: true, sequence: 0 }, frame));
  }

  #tickLater(): void {
    this.#cancelTick ??= this.#options.clock.after(tickMs, () => {
      this.#cancelTick = undefined;
      this.#link.tick();
      for (const stream of this.#streams.values()) stream.tick();
      if (this.#streams.size > 0) this.#tickLater();
    });
  }
}
