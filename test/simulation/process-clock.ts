/** The clock of one process: it may run fast or slow, be wrong about the time of day, and stand still with its process. */
import type { Clock } from "../../src/lib/clock.ts";
import type { Random } from "../../src/lib/random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Quartz is far better; a virtual machine that is short of a processor is not. */
const driftShareMax = 0.1;
const hourMs = 3_600_000;

export class ProcessClock implements Clock {
  readonly #time: VirtualTime;
  /** Milliseconds of this clock in one of real time. */
  readonly #rate: number;
  #wallErrorMs: number;
  #isAlive = true;
  /** What is to happen once the process goes on; undefined while it runs. */
  #postponed: (() => void)[] | undefined;

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#rate = 1 + driftShareMax * (2 * random.next() - 1);
    this.#wallErrorMs = hourMs * (2 * random.next() - 1);
  }

  nowMs(): number {
    return this.#time.nowMs + this.#wallErrorMs;
  }

  monotonicMs(): number {
    return this.#time.nowMs * this.#rate;
  }

  after(delayMs: number, action: () => void): () => void {
    return this.#time.after(delayMs / this.#rate, () => this.whenRunning(action));
  }

  /** Somebody sets the time of day, up to an hour off. */
  jump(byMs: number): void {
    this.#wallErrorMs += byMs;
  }

  get isFrozen(): boolean {
    return this.#postponed !== undefined;
  }

  /** The process gets no processor for a while; what reaches it meanwhile it finds all at once afterwards. */
  freeze(forMs: number): void {
    if (this.#postponed !== undefined) return;
    this.#postponed = [];
    this.#time.after(forMs, () => {
      const postponed = this.#postponed ?? [];
      this.#postponed = undefined;
      for (const action of postponed) this.#time.after(0, () => this.whenRunning(action));
    });
  }

  /** Runs `action` now, or when the process goes on, or never where it ends before. */
  whenRunning(action: () => void): void {
    if (!this.#isAlive) return;
    if (this.#postponed === undefined) action();
    else this.#postponed.push(action);
  }

  die(): void {
    this.#isAlive = false;
  }
}
