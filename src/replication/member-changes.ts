/** Changes of the membership that somebody on this voter waits for, until the applied configuration shows them. */
import type { Peer } from "../raft/message.ts";
import type { MemberChange } from "./encoding/call-codec.ts";
import { isInEffect } from "./membership.ts";
import { NoLeaderError, OutcomeUnknownError } from "./ports.ts";
import { type Settle, waitUntilSettled } from "./settling.ts";

interface Waiting {
  readonly change: MemberChange;
  readonly expiresAtTick: number;
  readonly settle: Settle<void>;
  /** Undefined until the leader has been asked. */
  askedAtTick: number | undefined;
}

export class MemberChanges {
  readonly #limits: { readonly callTimeoutTicks: number; readonly callRepeatTicks: number };
  #waiting: Waiting[] = [];
  #tick = 0;

  constructor(limits: { readonly callTimeoutTicks: number; readonly callRepeatTicks: number }) {
    this.#limits = limits;
  }

  /** Rejects with `NoLeaderError`, `OutcomeUnknownError`, or the signal's reason. */
  wait(change: MemberChange, signal?: AbortSignal): Promise<void> {
    return waitUntilSettled<void>(signal, (settle) => {
      const expiresAtTick = this.#tick + this.#limits.callTimeoutTicks;
      const waiting: Waiting = { change, expiresAtTick, settle, askedAtTick: undefined };
      this.#waiting.push(waiting);
      return () => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
      };
    });
  }

  /** What to ask of the leader now. */
  takeDue(): MemberChange[] {
    const isDue = ({ askedAtTick }: Waiting) =>
      askedAtTick === undefined || this.#tick - askedAtTick >= this.#limits.callRepeatTicks;
    return this.#waiting.filter(isDue).map((waiting) => {
      waiting.askedAtTick = this.#tick;
      return waiting.change;
    });
  }

  noteApplied(peers: readonly Peer[]): void {
    const done = this.#waiting.filter(({ change }) => isInEffect(peers, change));
    this.#waiting = this.#waiting.filter((waiting) => !done.includes(waiting));
    for (const { settle } of done) settle(undefined);
  }

  tick(): void {
    this.#tick += 1;
    this.#expire((waiting) => waiting.expiresAtTick <= this.#tick);
  }

  /** This voter stops. */
  close(): void {
    this.#expire(() => true);
  }

  #expire(isExpired: (waiting: Waiting) => boolean): void {
    const expired = this.#waiting.filter(isExpired);
    this.#waiting = this.#waiting.filter((waiting) => !isExpired(waiting));
    for (const { askedAtTick, settle } of expired) {
      settle(
        askedAtTick === undefined
          ? new NoLeaderError("the fleet has no leader that could change its members: try again")
          : new OutcomeUnknownError(
              "the fleet did not say in time whether its members changed: list them, then decide",
            ),
      );
    }
  }
}
