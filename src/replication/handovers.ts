/** Those on this voter who wait until another voter leads in its place. */
import { OperationalError } from "../lib/errors.ts";
import type { Raft } from "../raft/raft.ts";
import type { VoterId } from "./ports.ts";
import { type Settle, waitUntilSettled } from "./settling.ts";

interface Waiting {
  readonly to: VoterId;
  readonly expiresAtTick: number;
  readonly settle: Settle<void>;
}

export class Handovers {
  readonly #ticksMax: number;
  #waiting: Waiting[] = [];
  #tick = 0;

  /** `ticksMax`: how long a successor may stay unknown. */
  constructor(ticksMax: number) {
    this.#ticksMax = ticksMax;
  }

  /** Resolves once `to` leads. Rejects with `OperationalError` when it does not come to that, or the signal's reason. */
  wait(to: VoterId, signal?: AbortSignal): Promise<void> {
    return waitUntilSettled<void>(signal, (settle) => {
      const waiting: Waiting = { to, expiresAtTick: this.#tick + this.#ticksMax, settle };
      this.#waiting.push(waiting);
      return () => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
      };
    });
  }

  /** Settles what has been decided by now. */
  look(raft: Readonly<Raft>): void {
    if (this.#waiting.length > 0) this.#settle(({ to }) => outcomeOf(raft, to));
  }

  tick(): void {
    this.#tick += 1;
    this.#settle(({ to, expiresAtTick }) => (expiresAtTick <= this.#tick ? didNotLead(to) : "pending"));
  }

  /** This voter stops. */
  close(): void {
    this.#settle(({ to }) => didNotLead(to));
  }

  #settle(decide: (waiting: Waiting) => HandoverOutcome): void {
    const outcomes = this.#waiting.map((waiting) => ({ waiting, outcome: decide(waiting) }));
    this.#waiting = this.#waiting.filter((_, place) => outcomes[place]?.outcome === "pending");
    for (const { waiting, outcome } of outcomes) {
      if (outcome === "done") waiting.settle(undefined);
      else if (outcome !== "pending") waiting.settle(outcome);
    }
  }
}

type HandoverOutcome = "pending" | "done" | OperationalError;

function outcomeOf({ role, leader, handover }: Readonly<Raft>, to: VoterId): HandoverOutcome {
  if (leader === to) return "done";
  const isUndecided = role === "leader" ? handover?.to === to : leader === undefined;
  return isUndecided ? "pending" : didNotLead(to);
}

function didNotLead(to: VoterId): OperationalError {
  return new OperationalError(
    `${to} did not come to lead in time: see that it is up and has caught up, then try again`,
  );
}
