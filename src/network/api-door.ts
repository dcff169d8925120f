/** Which voter a board's pods reach the API at: the first in the board's own order that answers. */
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import type { Endpoint } from "./render/rule-table.ts";

/** A net below the link's own news of its voter: on most boards the two are the same voter. */
const lookEveryMs = 60_000;
/** While nobody answers. */
const retryMs = 2_000;

export interface ApiDoorOptions {
  /** Whether somebody listens there; resolves within seconds, never rejects. */
  readonly answers: (endpoint: Endpoint) => Promise<boolean>;
  /** Called with the voter whenever it is another one. */
  readonly onVoter: (voter: Endpoint) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

export class ApiDoor {
  readonly #options: ApiDoorOptions;
  #voters: readonly Endpoint[] = [];
  #current: Endpoint | undefined;
  #running: Promise<void> | undefined;
  #isDirty = false;
  #isStopped = false;
  #cancelTimer = () => {};

  constructor(options: ApiDoorOptions) {
    this.#options = options;
  }

  /** In the order in which they are tried. */
  setVoters(voters: readonly Endpoint[]): void {
    if (textOf(voters) === textOf(this.#voters)) return;
    this.#voters = voters;
    this.look();
  }

  /** Something may have happened to the voter in use. */
  look(): void {
    this.#isDirty = true;
    if (this.#isStopped || this.#voters.length === 0) return;
    this.#running ??= this.#search().finally(() => {
      this.#running = undefined;
      if (this.#isDirty) this.look();
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    await this.#running;
  }

  async #search(): Promise<void> {
    const { answers, onVoter, log } = this.#options;
    this.#cancelTimer();
    this.#isDirty = false;
    for (const voter of this.#voters) {
      if (!(await answers(voter))) continue;
      if (this.#isStopped) return;
      if (textOf([voter]) !== textOf(this.#current === undefined ? [] : [this.#current])) {
        this.#current = voter;
        log.info("the API is reached at", { voter: `${voter.address}:${voter.port}` });
        onVoter(voter);
      }
      this.#lookAfter(lookEveryMs);
      return;
    }
    // Where nobody answers, the way stays as it is: the last voter may be the first to come back.
    this.#lookAfter(retryMs);
  }

  #lookAfter(delayMs: number): void {
    if (!this.#isStopped) this.#cancelTimer = this.#options.clock.after(delayMs, () => this.look());
  }
}

function textOf(endpoints: readonly Endpoint[]): string {
  return endpoints.map(({ address, port }) => `${address}:${port}`).join(" ");
}
