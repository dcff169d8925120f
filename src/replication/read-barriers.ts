/** Readers that wait until this voter has applied everything committed before they asked (thesis §6.4). */
import { NoLeaderError } from "./ports.ts";
import { type Settle, waitUntilSettled } from "./settling.ts";

interface Waiter {
  readonly expiresAtTick: number;
  readonly settle: Settle<void>;
}

interface Round {
  readonly waiters: Waiter[];
  /** What to apply first; undefined until the leader has said. */
  index: number | undefined;
  sentAtTick: number;
}

export interface ReadLimits {
  readonly callTimeoutTicks: number;
  readonly callRepeatTicks: number;
}

export class ReadBarriers {
  readonly #incarnation: string;
  readonly #limits: ReadLimits;
  #waiting: Waiter[] = [];
  readonly #rounds = new Map<string, Round>();
  #roundCount = 0;
  #tick = 0;
  #appliedIndex: number;

  /** `appliedIndex` is what the voter had applied when it was opened: in an idle fleet nothing may follow it. */
  constructor(incarnation: string, limits: ReadLimits, appliedIndex: number) {
    this.#incarnation = incarnation;
    this.#limits = limits;
    this.#appliedIndex = appliedIndex;
  }

  /**
   * Whether to ask for those who wait. While a question is out they gather, as it takes the fleet as much to answer one
   * reader as many; but no longer than a tick, lest a lost answer hold up those who came after it.
   */
  get isRoundDue(): boolean {
    return this.#waiting.length > 0 && !this.#rounds.values().some((round) => this.#isFresh(round));
  }

  /** Rejects with `NoLeaderError` or the signal's reason. */
  wait(signal?: AbortSignal): Promise<void> {
    return waitUntilSettled<void>(signal, (settle) => {
      this.#waiting.push({ expiresAtTick: this.#tick + this.#limits.callTimeoutTicks, settle });
      // Its round goes on for the others; nobody hears of it here.
      return () => {};
    });
  }

  /** One question for all who wait: whoever asks later needs another one. */
  startRound(): string {
    this.#roundCount += 1;
    const id = `${this.#incarnation}.${this.#roundCount}`;
    this.#rounds.set(id, { waiters: this.#waiting, index: undefined, sentAtTick: this.#tick });
    this.#waiting = [];
    return id;
  }

  /** Questions without an answer for a while; asking twice does no harm. */
  takeUnanswered(): string[] {
    const overdue: string[] = [];
    for (const [id, round] of this.#rounds) {
      if (round.index !== undefined || this.#tick - round.sentAtTick < this.#limits.callRepeatTicks) continue;
      round.sentAtTick = this.#tick;
      overdue.push(id);
    }
    return overdue;
  }

  noteAnswer(id: string, index: number): void {
    const round = this.#rounds.get(id);
    if (round === undefined || round.index !== undefined) return;
    round.index = index;
    this.noteApplied(this.#appliedIndex);
  }

  noteApplied(index: number): void {
    this.#appliedIndex = index;
    for (const [id, round] of this.#rounds) {
      if (round.index === undefined || round.index > index) continue;
      this.#rounds.delete(id);
      for (const waiter of round.waiters) waiter.settle(undefined);
    }
  }

  tick(): void {
    this.#tick += 1;
    const isExpired = (waiter: Waiter) => waiter.expiresAtTick <= this.#tick;
    this.#waiting = settleExpired(this.#waiting, isExpired);
    for (const [id, round] of this.#rounds) {
      const waiters = settleExpired(round.waiters, isExpired);
      if (waiters.length === 0) this.#rounds.delete(id);
      else if (waiters.length < round.waiters.length) this.#rounds.set(id, { ...round, waiters });
    }
  }

  /** This voter stops. */
  close(): void {
    for (const round of this.#rounds.values()) settleExpired(round.waiters, () => true);
    this.#rounds.clear();
    this.#waiting = settleExpired(this.#waiting, () => true);
  }

  #isFresh({ index, sentAtTick }: Round): boolean {
    return index === undefined && sentAtTick === this.#tick;
  }
}

/** Returns those who still wait. */
function settleExpired(waiters: readonly Waiter[], isExpired: (waiter: Waiter) => boolean): Waiter[] {
  for (const waiter of waiters.filter(isExpired)) {
    waiter.settle(new NoLeaderError("no leader has confirmed that this voter is up to date: try again"));
  }
  return waiters.filter((waiter) => !isExpired(waiter));
}
