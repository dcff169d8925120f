import type { Clock } from "../clock.ts";

/** Time that stands still until it is advanced; timers due at one moment run in the order they were set. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #nextId = 0;
  readonly #timers = new Map<number, { readonly dueMs: number; readonly action: () => void }>();

  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): () => void {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#timers.set(id, { dueMs: this.#nowMs + Math.max(0, delayMs), action });
    return () => this.#timers.delete(id);
  }

  /** How many timers are waiting: an idle room has none. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Runs what falls due within `durationMs`, including what those actions set, each at its own time. */
  advance(durationMs: number): void {
    const endMs = this.#nowMs + durationMs;
    for (;;) {
      const next = this.#firstDueBy(endMs);
      if (next === undefined) break;
      this.#timers.delete(next.id);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.action();
    }
    this.#nowMs = endMs;
  }

  #firstDueBy(endMs: number): { id: number; dueMs: number; action: () => void } | undefined {
    let first: { id: number; dueMs: number; action: () => void } | undefined;
    for (const [id, timer] of this.#timers) {
      if (timer.dueMs > endMs) continue;
      if (first === undefined || timer.dueMs < first.dueMs) first = { id, ...timer };
    }
    return first;
  }
}
