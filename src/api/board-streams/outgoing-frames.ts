/** What one end of a stream has still to say, and in which order. */
import type { StreamChannel } from "../board-stream.ts";
import { SendChannel } from "./send-channel.ts";
import type { StreamFrame } from "./stream-frame.ts";

export class OutgoingFrames {
  readonly channels = [new SendChannel(0), new SendChannel(1), new SendChannel(2)] as const;
  readonly #words: StreamFrame[] = [];
  /** What is said last, at once or after everything that was written. */
  #last: { readonly frame: StreamFrame; readonly isUrgent: boolean } | undefined;
  #turn = 0;

  /** Nothing can be added any more. */
  get isEnding(): boolean {
    return this.#last !== undefined;
  }

  get hasWords(): boolean {
    return this.#words.length > 0;
  }

  isLast(frame: StreamFrame): boolean {
    return frame === this.#last?.frame;
  }

  say(word: StreamFrame): void {
    // Only a terminal's newest size counts.
    const older = word.type === "resize" ? this.#words.findIndex(({ type }) => type === "resize") : -1;
    if (older >= 0) this.#words.splice(older, 1);
    this.#words.push(word);
  }

  sayLast(frame: StreamFrame, isUrgent: boolean): void {
    if (!this.#last?.isUrgent) this.#last = { frame, isUrgent };
  }

  /** Words before bytes, channels in turns, and the last after all of them. `nextGrant` is asked for credit to give. */
  next(nextGrant: () => StreamFrame | undefined): StreamFrame | undefined {
    if (this.#last?.isUrgent) return this.#last.frame;
    const frame = this.#words.shift() ?? nextGrant() ?? this.#nextData();
    if (frame !== undefined || this.#last === undefined) return frame;
    return this.channels.every(({ isEmpty }) => isEmpty) ? this.#last.frame : undefined;
  }

  abandon(reason: Error): void {
    for (const channel of this.channels) channel.abandon(reason);
  }

  #nextData(): StreamFrame | undefined {
    this.#turn += 1;
    for (const channel of streamChannels) {
      const frame = this.channels[(this.#turn + channel) % streamChannels.length]?.next();
      if (frame !== undefined) return frame;
    }
    return undefined;
  }
}

export const streamChannels = [0, 1, 2] as const satisfies readonly StreamChannel[];
