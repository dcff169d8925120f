/** One end of a stream, at the voter that opened it or on the board: frames in, frames out, and what a reader sees. */
import type { BoardStream, StreamChannel, StreamEnd, StreamFailure, StreamRequest } from "../board-stream.ts";
import { OutgoingFrames, streamChannels } from "./outgoing-frames.ts";
import { ReceiveChannel } from "./receive-channel.ts";
import { errorOf, unavailable } from "./stream-failures.ts";
import { decodeFrame, encodeFrame, readHeader, type StreamFrame } from "./stream-frame.ts";

/** An end with nothing to say says so, and one that hears nothing for so long takes the other for gone. */
export const aliveMs = 1_500;
export const silentMsMax = 6_000;

export interface EndpointOptions {
  readonly id: number;
  /** What is asked for, and of which board; undefined on the board itself. */
  readonly open?: { readonly node: string; readonly request: StreamRequest };
  /** Who is at the other end, in words for the user: `board b9`. */
  readonly peer: string;
  readonly nowMs: () => number;
  /** `nextMessage` has something. */
  readonly onReady: () => void;
  /** It has ended, by whomever; what this end still has to say may be on its way. */
  readonly onEnd?: () => void;
  /** The last word was said or heard: nothing comes any more, and nothing is taken. */
  readonly onOver: () => void;
}

export class StreamEndpoint implements BoardStream {
  readonly id: number;
  /** Resolves with undefined once the board has opened the stream, or with how it ended before. */
  readonly opened: Promise<StreamEnd | undefined>;
  readonly ended: Promise<StreamEnd>;
  readonly #options: EndpointOptions;
  readonly #isBoard: boolean;
  readonly #receive: readonly [ReceiveChannel, ReceiveChannel, ReceiveChannel];
  readonly #outgoing = new OutgoingFrames();
  readonly #resolveOpened: (end: StreamEnd | undefined) => void;
  readonly #resolveEnded: (end: StreamEnd) => void;
  #end: StreamEnd | undefined;
  #isOver = false;
  #sent = 0;
  #heard = 0;
  #lastSentMs: number;
  #lastHeardMs: number;
  #onResize: ((columns: number, rows: number) => void) | undefined;

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.id = options.id;
    this.#isBoard = options.open === undefined;
    this.#lastSentMs = this.#lastHeardMs = options.nowMs();
    const opened = Promise.withResolvers<StreamEnd | undefined>();
    const ended = Promise.withResolvers<StreamEnd>();
    this.opened = opened.promise;
    this.ended = ended.promise;
    this.#resolveOpened = opened.resolve;
    this.#resolveEnded = ended.resolve;
    const receiver = () => new ReceiveChannel(options.onReady, () => this.#settle());
    this.#receive = [receiver(), receiver(), receiver()];
    if (options.open !== undefined) this.#outgoing.say({ type: "open", ...options.open });
    else this.#heard = 1;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  write(channel: StreamChannel, bytes: Uint8Array): Promise<void> {
    const sender = this.#outgoing.channels[channel];
    const isOver = this.#end !== undefined || this.#outgoing.isEnding || sender.isFinished;
    if (isOver) return Promise.reject(errorOf(this.#end ?? { type: "closed" }));
    const written = sender.write(bytes);
    this.#options.onReady();
    return written;
  }

  finish(channel: StreamChannel): void {
    this.#outgoing.channels[channel].finish();
    this.#options.onReady();
  }

  resize(columns: number, rows: number): void {
    this.#say({ type: "resize", columns: clampSize(columns), rows: clampSize(rows) });
  }

  read(channel: StreamChannel): AsyncIterable<Uint8Array> {
    return this.#receive[channel];
  }

  close(): void {
    for (const receiver of this.#receive) receiver.abandon();
    this.#finish({ type: "closed" });
    this.#resolveEnded({ type: "closed" });
    this.#sayLast(this.#isBoard ? { type: "end", end: { type: "closed" } } : { type: "close" }, true);
  }

  /** The board's: what was asked for is there. */
  accept(): void {
    this.#say({ type: "opened" });
  }

  /** The board's: ends the stream after all that was written; before `accept`, refuses it. */
  end(end: StreamEnd): void {
    this.#sayLast({ type: "end", end }, false);
  }

  onResize(handler: (columns: number, rows: number) => void): void {
    this.#onResize = handler;
  }

  /** Ends it on both sides: something went wrong that the other end has to be told. */
  fail(failure: StreamFailure): void {
    this.#finish(failure);
    this.#sayLast(this.#isBoard ? { type: "end", end: failure } : { type: "close" }, true);
  }

  /** Ends it on this side: nobody is there any more. */
  drop(failure: StreamFailure): void {
    this.#finish(failure);
    this.#leave();
  }

  /** To be called every second or so. */
  tick(): void {
    if (this.#isOver) return;
    const nowMs = this.#options.nowMs();
    const silence = unavailable(`nothing was heard of ${this.#options.peer} for ${silentMsMax / 1_000} s`);
    if (nowMs - this.#lastHeardMs > 2 * silentMsMax) {
      // Not even the last word could be sent.
      this.drop(silence);
    } else if (nowMs - this.#lastHeardMs > silentMsMax) {
      // Nobody answers, but somebody may be listening.
      this.fail(silence);
    } else if (nowMs - this.#lastSentMs >= aliveMs && !this.#outgoing.hasWords) {
      // Also while the last word waits for a slow reader to take what was written before.
      this.#outgoing.say({ type: "alive" });
      this.#options.onReady();
    }
  }

  /** The next message to send, in turns among the channels. */
  nextMessage(): Uint8Array | undefined {
    const frame = this.#isOver ? undefined : this.#outgoing.next(() => this.#nextGrant());
    if (frame === undefined) return undefined;
    const header = { id: this.id, isFromBoard: this.#isBoard, sequence: this.#sent };
    this.#sent += 1;
    this.#lastSentMs = this.#options.nowMs();
    const message = encodeFrame(header, frame);
    if (this.#outgoing.isLast(frame)) {
      this.#finish(frame.type === "end" ? frame.end : { type: "closed" });
      this.#leave();
    }
    return message;
  }

  /** Takes the other end's next message; whatever it is, it concerns this stream alone. */
  receive(message: Uint8Array): void {
    if (this.#isOver) return;
    this.#lastHeardMs = this.#options.nowMs();
    const frame = decodeFrame(message);
    const isInOrder = readHeader(message)?.sequence === this.#heard;
    // That it is over is true whatever was lost before.
    const isOver = frame?.type === "close" || (frame?.type === "end" && frame.end.type === "failed");
    if (!isInOrder && !isOver) {
      this.fail(unavailable(`a message of ${this.#options.peer} was lost on its way`));
      return;
    }
    this.#heard += 1;
    if (frame === undefined || !this.#take(frame)) {
      this.fail({ type: "failed", reason: "Internal", message: `${this.#options.peer} broke the rules of streams` });
    }
  }

  /** False for what may not be said, here and now. */
  #take(frame: StreamFrame): boolean {
    switch (frame.type) {
      case "data":
        // Behind an end that is on its way to the other side, nobody reads any more.
        return this.#receive[frame.channel].accept(frame.bytes) || this.#end !== undefined;
      case "finish":
        this.#receive[frame.channel].finish();
        return true;
      case "credit":
        this.#options.onReady();
        return this.#outgoing.channels[frame.channel].grant(frame.cost);
      case "alive":
        return true;
      case "opened":
        if (this.#isBoard) return false;
        this.#resolveOpened(undefined);
        return true;
      case "end":
        if (this.#isBoard) return false;
        this.#finish(frame.end);
        this.#leave();
        return true;
      case "close":
        if (!this.#isBoard) return false;
        for (const receiver of this.#receive) receiver.abandon();
        this.#finish({ type: "closed" });
        this.#leave();
        return true;
      case "resize":
        this.#onResize?.(frame.columns, frame.rows);
        return this.#isBoard;
      case "open":
      case "absent":
        return false;
    }
  }

  #nextGrant(): StreamFrame | undefined {
    for (const channel of streamChannels) {
      const cost = this.#receive[channel].takeGrant();
      if (cost > 0) return { type: "credit", channel, cost };
    }
    return undefined;
  }

  #say(frame: StreamFrame): void {
    if (this.#outgoing.isEnding || this.#isOver) return;
    this.#outgoing.say(frame);
    this.#options.onReady();
  }

  #sayLast(frame: StreamFrame, isUrgent: boolean): void {
    if (this.#isOver) return;
    this.#outgoing.sayLast(frame, isUrgent);
    this.#options.onReady();
  }

  /** From now on it has ended, in the words of whoever was first. */
  #finish(end: StreamEnd): void {
    if (this.#end === undefined) {
      this.#end = end;
      this.#options.onEnd?.();
    }
    this.#outgoing.abandon(errorOf(this.#end));
    for (const receiver of this.#receive) receiver.finish();
    this.#resolveOpened(this.#end);
    this.#settle();
  }

  #settle(): void {
    if (this.#end !== undefined && !this.#receive.some(({ isBeingRead }) => isBeingRead)) this.#resolveEnded(this.#end);
  }

  #leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onOver();
  }
}

function clampSize(size: number): number {
  return Math.max(0, Math.min(65_535, Math.trunc(size)));
}
