/** Time that passes only from one event to the next, so that a minute of a fleet takes a moment and can be replayed. */

interface Event {
  readonly atMs: number;
  /** Orders events of one moment as they were planned. */
  readonly number: number;
  readonly action: () => void;
  isCancelled: boolean;
}

export class VirtualTime {
  nowMs = 0;
  #count = 0;
  readonly #heap: Event[] = [];

  after(delayMs: number, action: () => void): () => void {
    this.#count += 1;
    const event: Event = { atMs: this.nowMs + Math.max(0, delayMs), number: this.#count, action, isCancelled: false };
    this.#push(event);
    return () => {
      event.isCancelled = true;
    };
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Runs the next event and everything that follows from it at once. Returns false when there is none. */
  async step(): Promise<boolean> {
    const event = this.#pop();
    if (event === undefined) return false;
    this.nowMs = event.atMs;
    if (!event.isCancelled) {
      event.action();
      await settled();
    }
    return true;
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let least = heap[child];
      if (least === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, least)) {
        child += 1;
        least = right;
      }
      if (!isBefore(least, last)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.number < b.number);
}

/** Resolves once every promise that can settle by itself has: nothing in the simulation waits for anything real. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
