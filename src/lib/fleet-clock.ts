import type { Clock } from "./clock.ts";

/**
 * The time as the board believes it. Until somebody vouches for the machine's clock, it shows at least the latest moment
 * that this board has ever been sure of: a clock without a battery begins in the past, never in the future.
 */
export class FleetClock implements Clock {
  readonly #machine: Clock;
  #floorMs: number;
  /** On the machine's monotonic clock. */
  #floorSinceMs: number;
  #isVouchedFor = false;
  #isSure = false;

  /** `floorMs`: what was certain before this start. */
  constructor(machine: Clock, floorMs: number) {
    this.#machine = machine;
    this.#floorMs = floorMs;
    this.#floorSinceMs = machine.monotonicMs();
  }

  nowMs(): number {
    const shownMs = this.#machine.nowMs();
    return this.#isVouchedFor ? shownMs : Math.max(shownMs, this.#atLeastMs());
  }

  monotonicMs(): number {
    return this.#machine.monotonicMs();
  }

  after(delayMs: number, action: () => void): () => void {
    return this.#machine.after(delayMs, action);
  }

  /** Time that others may go by: of a clock that a time server or a battery keeps. Undefined for any other. */
  get sayableMs(): number | undefined {
    return this.#isVouchedFor ? this.nowMs() : undefined;
  }

  /** Time that may be kept for the next start; undefined while nobody has said anything better than the floor. */
  get certainMs(): number | undefined {
    return this.#isSure ? this.nowMs() : undefined;
  }

  /** Whether the machine's own clock shows less than has been. */
  get isBehind(): boolean {
    return this.#machine.nowMs() < this.#atLeastMs();
  }

  /** The machine's clock is kept by a time server or a battery. One that shows what has been is kept by nobody. */
  vouch(): void {
    if (this.isBehind) return;
    this.#isVouchedFor = true;
    this.#isSure = true;
  }

  /** A voter says what time it is. Only later times are news: a clock that is right knows better. */
  learn(timeMs: number): void {
    if (this.#isVouchedFor) return;
    this.#isSure = true;
    if (timeMs <= this.nowMs()) return;
    this.#floorMs = timeMs;
    this.#floorSinceMs = this.#machine.monotonicMs();
  }

  #atLeastMs(): number {
    return this.#floorMs + this.#machine.monotonicMs() - this.#floorSinceMs;
  }
}
