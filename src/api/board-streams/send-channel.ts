/** What this end writes on one channel: kept until the other end has room for it. */

import type { StreamChannel } from "../board-stream.ts";
import { windowCost } from "./receive-channel.ts";
import { costOf, dataBytesMax, type StreamFrame } from "./stream-frame.ts";

/** So much is taken from a writer in advance, that it may fetch more while this travels. */
const aheadBytes = 2 * dataBytesMax;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

export class SendChannel {
  readonly #channel: StreamChannel;
  readonly #chunks: Uint8Array[] = [];
  #queuedBytes = 0;
  #credit = windowCost;
  #state: "open" | "finishing" | "finished" = "open";
  #waiting: Waiting[] = [];

  constructor(channel: StreamChannel) {
    this.#channel = channel;
  }

  get isFinished(): boolean {
    return this.#state !== "open";
  }

  /** Everything that was written has been sent. */
  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Resolves when more may be written. */
  write(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += dataBytesMax) {
      this.#chunks.push(bytes.subarray(start, start + dataBytesMax));
    }
    this.#queuedBytes += bytes.length;
    if (this.#queuedBytes <= aheadBytes) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  finish(): void {
    if (this.#state === "open") this.#state = "finishing";
  }

  /** False where nobody of ours would grant so much. */
  grant(cost: number): boolean {
    this.#credit += cost;
    return this.#credit <= windowCost;
  }

  /** The next frame that may be sent. */
  next(): StreamFrame | undefined {
    const [chunk] = this.#chunks;
    if (chunk === undefined) {
      if (this.#state !== "finishing") return undefined;
      this.#state = "finished";
      return { type: "finish", channel: this.#channel };
    }
    if (costOf(chunk) > this.#credit) return undefined;
    this.#chunks.shift();
    this.#credit -= costOf(chunk);
    this.#queuedBytes -= chunk.length;
    if (this.#queuedBytes <= aheadBytes) for (const { resolve } of this.#waiting.splice(0)) resolve();
    return { type: "data", channel: this.#channel, bytes: chunk };
  }

  /** Forgets what was not sent. */
  abandon(reason: Error): void {
    this.#state = "finished";
    this.#chunks.length = 0;
    this.#queuedBytes = 0;
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}
