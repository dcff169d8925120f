/** Faults that wait for the moment in which they hurt most, and strike then. */
import type { SimulatedVoter } from "./simulated-voter.ts";

interface Ambush {
  /** Looked at after every event. */
  readonly isTime: (voter: SimulatedVoter) => boolean;
  readonly strike: (voter: SimulatedVoter) => void;
  readonly untilMs: number;
}

export class Ambushes {
  #waiting: Ambush[] = [];

  /** Strikes once, the first voter of which `isTime` holds, unless that takes longer than `untilMs`. */
  lay(ambush: Ambush): void {
    this.#waiting.push(ambush);
  }

  look(voters: readonly SimulatedVoter[], nowMs: number): void {
    if (this.#waiting.length === 0) return;
    this.#waiting = this.#waiting.filter(({ isTime, strike, untilMs }) => {
      if (untilMs < nowMs) return false;
      const victim = voters.find(isTime);
      if (victim === undefined) return true;
      strike(victim);
      return false;
    });
  }

  clear(): void {
    this.#waiting = [];
  }
}
