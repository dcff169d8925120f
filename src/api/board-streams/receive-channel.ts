/** What the other end wrote on one channel: as much as was granted, until somebody reads it. */
import { costOf } from "./stream-frame.ts";

/** What may be under way or wait here, a channel and stream. */
export const windowCost = 256 * 1024;
/** So much is read before it is granted anew: a word to the other end for every few frames. */
const grantCost = windowCost / 4;

export class ReceiveChannel implements AsyncIterable<Uint8Array> {
  readonly #onGrant: () => void;
  readonly #onDrained: () => void;
  readonly #chunks: Uint8Array[] = [];
  #granted = windowCost;
  #read = 0;
  #isFinished = false;
  #hasReader = false;
  #isDiscarding = false;
  #wake: (() => void) | undefined;

  /** `onGrant` is called when `takeGrant` has something, `onDrained` when a reader has come to the end. */
  constructor(onGrant: () => void, onDrained: () => void) {
    this.#onGrant = onGrant;
    this.#onDrained = onDrained;
  }

  /** Somebody reads, and has not been told the end. */
  get isBeingRead(): boolean {
    return this.#hasReader;
  }

  /** False for what was not granted, or came after the end. */
  accept(bytes: Uint8Array): boolean {
    const cost = costOf(bytes);
    if (this.#isFinished || cost > this.#granted) return false;
    this.#granted -= cost;
    if (this.#isDiscarding) this.#taken(cost);
    else this.#chunks.push(bytes);
    this.#wake?.();
    return true;
  }

  finish(): void {
    this.#isFinished = true;
    this.#wake?.();
  }

  /** Ends it without what waits. */
  abandon(): void {
    this.#chunks.length = 0;
    this.finish();
  }

  /** What the other end may send more than it was told so far. */
  takeGrant(): number {
    if (this.#read < grantCost || this.#isFinished) return 0;
    const grant = this.#read;
    this.#read = 0;
    this.#granted += grant;
    return grant;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    this.#hasReader = true;
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          yield chunk;
          // Only now: what a reader still works on counts as waiting.
          this.#taken(costOf(chunk));
        } else if (this.#isFinished) return;
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
        }
      }
    } finally {
      this.#discard();
      this.#hasReader = false;
      this.#onDrained();
    }
  }

  /** Whoever stopped reading must not hold up the other channels' writer. */
  #discard(): void {
    this.#isDiscarding = true;
    for (const chunk of this.#chunks.splice(0)) this.#taken(costOf(chunk));
  }

  #taken(cost: number): void {
    this.#read += cost;
    if (this.#read >= grantCost && !this.#isFinished) this.#onGrant();
  }
}
