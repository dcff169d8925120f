/**
 * How much of long answers is in memory: what is read waits for what is on its way to clients. Slow clients hold up
 * nobody while there is room for them, and are given up only where others wait for that room.
 */
import { Slots } from "../../lib/slots.ts";

/** Eight pieces of lists, or one of the largest objects. */
const heldBytesMax = 2 * 1024 * 1024;
const readsAtOnce = 2;

export class Outlet {
  readonly #reads = new Slots(readsAtOnce);
  #heldBytes = 0;
  readonly #waiting: (() => void)[] = [];

  /** Whether somebody waits for what clients have yet to take. */
  get isCrowded(): boolean {
    return this.#waiting.length > 0;
  }

  /** What `read` reads, once there is room for it. It takes up its room until `release` is called with it. */
  async hold<Held extends { readonly bytes: Uint8Array }>(read: () => Promise<Held>): Promise<Held> {
    const hasToWait = this.#reads.isFull;
    return this.#reads.run(async () => {
      // In between, the event loop gets to what else there is, heartbeats first of all.
      if (hasToWait) await new Promise<void>((resolve) => setImmediate(resolve));
      while (this.#heldBytes >= heldBytesMax) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      const held = await read();
      this.#heldBytes += held.bytes.length;
      return held;
    });
  }

  release({ bytes }: { readonly bytes: Uint8Array }): void {
    this.#heldBytes -= bytes.length;
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
