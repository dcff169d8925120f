/**
 * How much of long answers is in memory: what is read waits for what is on its way to clients. Slow clients hold up
 * nobody while there is room for them, and are given up only where others wait for that room.
 */
import { Slots } from "../../lib/slots.ts";

/** Eight pieces of lists, or one of the largest objects. */
const heldBytesMax = 2 * 1024 * 1024;

interface Held {
  readonly bytes: Uint8Array;
}

export class Outlet {
  readonly #reads: Slots;
  readonly #held = new Set<Held>();
  #heldBytes = 0;
  readonly #waiting: (() => void)[] = [];

  /** How large something is shows when it is read: so many may be read beyond what there is room for. */
  constructor(readsAtOnce: number) {
    this.#reads = new Slots(readsAtOnce);
  }

  /** Whether somebody waits for what clients have yet to take. */
  get isCrowded(): boolean {
    return this.#waiting.length > 0;
  }

  /** What `read` reads, once there is room for it. It takes up its room until `release` is called with it. */
  async hold<Part extends Held>(read: () => Promise<Part>): Promise<Part> {
    const hasToWait = this.#reads.isFull;
    return this.#reads.run(async () => {
      // In between, the event loop gets to what else there is, heartbeats first of all.
      if (hasToWait) await new Promise<void>((resolve) => setImmediate(resolve));
      while (this.#heldBytes >= heldBytesMax) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      const part = await read();
      this.#held.add(part);
      this.#heldBytes += part.bytes.length;
      return part;
    });
  }

  /** Nothing happens where it was called before. */
  release(part: Held): void {
    if (!this.#held.delete(part)) return;
    this.#heldBytes -= part.bytes.length;
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
