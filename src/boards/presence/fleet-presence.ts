/** The leader's view of who is there, kept current by the voters' words and by their silence. */
import type { Clock } from "../../lib/clock.ts";
import {
  type BoardState,
  boardState,
  defaultTiming,
  knownBoards,
  newView,
  type PresenceTiming,
  type PresenceView,
  withVoter,
} from "./plan.ts";
import { decodePresence, type PresenceChannel } from "./presence-reporter.ts";

/** Hears the voters through `channel` all the time; `lead` says from when on its view counts. */
export class FleetPresence {
  readonly #clock: Clock;
  readonly #timing: PresenceTiming;
  readonly #handlers = new Set<(board: string | undefined) => void>();
  readonly #states = new Map<string, BoardState>();
  #view: PresenceView | undefined;
  #cancelTimer = () => {};

  constructor(channel: PresenceChannel, clock: Clock, timing: PresenceTiming = defaultTiming) {
    this.#clock = clock;
    this.#timing = timing;
    channel.onMessage((from, payload) => {
      const boards = decodePresence(payload);
      if (this.#view === undefined || boards === undefined) return;
      this.#view = withVoter(this.#view, from, boards, clock.monotonicMs());
      this.#refresh();
    });
  }

  /** Begins to listen as the leader, which declares nobody lost at once. When the signal aborts, all handlers are forgotten. */
  lead(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#view = newView(this.#clock.monotonicMs());
    this.#states.clear();
    const cancelListening = this.#clock.after(this.#timing.listenMs, () => this.#tell(undefined));
    signal.addEventListener(
      "abort",
      () => {
        cancelListening();
        this.#cancelTimer();
        this.#view = undefined;
        this.#handlers.clear();
      },
      { once: true },
    );
  }

  state(board: string): BoardState {
    if (this.#view === undefined) return "missing";
    return boardState(this.#view, board, this.#clock.monotonicMs(), this.#timing).state;
  }

  /** Called with a board whose state changed, or with undefined when any board's may have. Returns what unsubscribes. */
  onChange(handler: (board: string | undefined) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  #refresh(): void {
    this.#cancelTimer();
    const view = this.#view;
    if (view === undefined) return;
    const nowMs = this.#clock.monotonicMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const board of knownBoards(view)) {
      const { state, untilMs } = boardState(view, board, nowMs, this.#timing);
      if (untilMs !== undefined) nextMs = Math.min(nextMs, untilMs);
      if (this.#states.get(board) === state) continue;
      this.#states.set(board, state);
      this.#tell(board);
    }
    if (nextMs < Number.POSITIVE_INFINITY) {
      this.#cancelTimer = this.#clock.after(nextMs - nowMs, () => this.#refresh());
    }
  }

  #tell(board: string | undefined): void {
    for (const handler of this.#handlers) handler(board);
  }
}
