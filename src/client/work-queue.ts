/** Keys that wait to be reconciled: each at most once, some later, none while it is being worked on. */
import { type BackoffLimits, backoffMs } from "../lib/backoff.ts";
import type { Clock } from "../lib/clock.ts";
import type { Random } from "../lib/random.ts";

export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff?: BackoffLimits;
  /** Called when a key became ready, so that whoever works may `take` it. */
  readonly onReady: () => void;
}

const defaultBackoff: BackoffLimits = { delayMsMin: 50, delayMsMax: 30_000 };

interface Timer {
  readonly dueMs: number;
  readonly cancel: () => void;
}

/**
 * The queue of one controller. A key that is added while it is worked on is ready again once it is `done`: what changed
 * meanwhile is seen by another pass, and no key is ever worked on twice at once.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  /** In the order they became ready. */
  readonly #ready = new Set<string>();
  readonly #active = new Set<string>();
  readonly #again = new Set<string>();
  readonly #timers = new Map<string, Timer>();
  readonly #failures = new Map<string, number>();
  #stopped = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Keys ready to be taken. */
  get size(): number {
    return this.#ready.size;
  }

  /** Keys that wait for their time. */
  get delayed(): number {
    return this.#timers.size;
  }

  add(key: string): void {
    if (this.#stopped) return;
    if (this.#active.has(key)) {
      this.#again.add(key);
      return;
    }
    if (this.#ready.has(key)) return;
    this.#ready.add(key);
    this.#options.onReady();
  }

  /** Adds the key after `delayMs`; of several requests the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#stopped) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const dueMs = this.#options.clock.monotonicMs() + delayMs;
    const earlier = this.#timers.get(key);
    if (earlier !== undefined && earlier.dueMs <= dueMs) return;
    earlier?.cancel();
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(key);
      this.add(key);
    });
    this.#timers.set(key, { dueMs, cancel });
  }

  /** Adds the key after a delay that doubles with every failure since the last `forget`; returns that delay. */
  retry(key: string): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const delayMs = backoffMs(this.#options.backoff ?? defaultBackoff, failures, this.#options.random);
    this.addAfter(key, delayMs);
    return delayMs;
  }

  /** The key succeeded, or was given up: its next failure waits the least again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The key that waited longest, now being worked on; `done` must follow. */
  take(): string | undefined {
    const [key] = this.#ready;
    if (key === undefined) return undefined;
    this.#ready.delete(key);
    this.#active.add(key);
    return key;
  }

  done(key: string): void {
    this.#active.delete(key);
    if (this.#again.delete(key)) this.add(key);
  }

  /** Drops everything that waits, timers included; later additions are ignored. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#ready.clear();
    this.#again.clear();
  }
}
