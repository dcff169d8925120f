/** What is heard of boards, here and from the other voters: whether they are there, and what they measured last. */
import type { ConditionStatus } from "../../api/meta/condition.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { BoardTelemetry, BoardTelemetryCarrier, VoterTelemetryCarrier } from "../../api/telemetry/carriers.ts";
import type { Clock } from "../../lib/clock.ts";
import type { BoardPresence } from "../topics/fleet-view.ts";
import {
  type AvailabilityView,
  availabilityOf,
  beatMs,
  nextChangeMs,
  type WrittenState,
  withoutVoter,
  withWord,
} from "./plan.ts";
import { decodeBoardTelemetry, decodeVoterMessage, encodeVoterMessage } from "./voter-word.ts";

/** Changes within so long are told to the other voters at once. */
const gatherMs = 50;

export interface BoardWordsOptions {
  /** This voter's id. */
  readonly self: string;
  readonly boards: BoardTelemetryCarrier;
  readonly voters: VoterTelemetryCarrier;
  readonly clock: Clock;
  /** Called with a board whose presence has changed. */
  readonly onPresence: (board: string) => void;
  readonly onTelemetry: (board: string) => void;
}

export interface HeardTelemetry extends BoardTelemetry {
  /** By this voter's clock, in milliseconds since 1970. */
  readonly heardMs: number;
}

interface Known {
  readonly written: WrittenState;
  readonly presence: BoardPresence;
}

export class BoardWords {
  readonly #options: BoardWordsOptions;
  readonly #signal: AbortSignal;
  readonly #telemetry = new Map<string, HeardTelemetry>();
  readonly #known = new Map<string, Known>();
  #view: AvailabilityView = { words: new Map(), leftMs: new Map() };
  #own: ReadonlySet<string> = new Set();
  #cancelBeat = () => {};
  #cancelChange = () => {};
  #isGathering = false;

  /** Listens and speaks until the signal aborts. Nothing touches a disk. */
  constructor(options: BoardWordsOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    const { boards, voters } = options;
    boards.onArrival((board) => this.#setOwn(new Set(this.#own).add(board)));
    boards.onPresence((board, connected) => {
      if (!connected) this.#lose(board);
    });
    boards.onWill((board) => this.#lose(board));
    boards.onTelemetry((board, payload) => {
      const telemetry = decodeBoardTelemetry(payload);
      if (telemetry === undefined) return;
      this.#take(board, telemetry);
      voters.sendToOthers(encodeVoterMessage({ type: "board", board, telemetry }));
    });
    voters.onMessage((from, payload) => {
      const message = decodeVoterMessage(payload);
      if (message?.type === "board") this.#take(message.board, message.telemetry);
      else if (message !== undefined) this.#hear(from, new Set(message.boards));
    });
    voters.onEnded((id) => {
      if (!this.#view.words.has(id)) return;
      this.#view = withoutVoter(this.#view, id);
      this.#changed(undefined);
    });
    signal.addEventListener(
      "abort",
      () => {
        this.#cancelBeat();
        this.#cancelChange();
      },
      { once: true },
    );
    this.#setOwn(new Set(boards.connected));
  }

  /** `ready` is the Ready condition of the board's Node, as it is now. */
  noteWritten(board: string, ready: ConditionStatus | undefined): void {
    const known = this.#known.get(board);
    if (known !== undefined && known.written.ready === ready) return;
    const written = { ready, seenMs: this.#options.clock.monotonicMs() };
    this.#known.set(board, { written, presence: known?.presence ?? { state: "offline" } });
    this.#look(board, known === undefined);
  }

  forget(board: string): void {
    this.#known.delete(board);
    this.#telemetry.delete(board);
  }

  presence(board: string): BoardPresence {
    return this.#known.get(board)?.presence ?? { state: "offline" };
  }

  /** What the board last measured, as far as it was heard here. */
  telemetry(board: string): HeardTelemetry | undefined {
    return this.#telemetry.get(board);
  }

  #take(board: string, { metrics, mesh }: BoardTelemetry): void {
    const before = this.#telemetry.get(board);
    const heardMs = this.#options.clock.nowMs();
    this.#telemetry.set(board, { ...before, ...(metrics && { metrics }), ...(mesh && { mesh }), heardMs });
    this.#options.onTelemetry(board);
  }

  #lose(board: string): void {
    if (!this.#own.has(board)) return;
    const rest = new Set(this.#own);
    rest.delete(board);
    this.#setOwn(rest);
  }

  #setOwn(own: ReadonlySet<string>): void {
    // What goes now goes because this voter does.
    if (this.#signal.aborted) return;
    this.#own = own;
    this.#hear(this.#options.self, own);
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#speakIn(gatherMs);
  }

  #speakIn(delayMs: number): void {
    const { clock, self, voters } = this.#options;
    this.#cancelBeat();
    this.#cancelBeat = clock.after(delayMs, () => {
      this.#isGathering = false;
      voters.sendToOthers(encodeVoterMessage({ type: "boards", boards: [...this.#own] }));
      // What stands here stands now.
      this.#hear(self, this.#own);
      this.#speakIn(beatMs);
    });
  }

  #hear(voter: string, boards: ReadonlySet<string>): void {
    const before = this.#view.words.get(voter)?.boards;
    this.#view = withWord(this.#view, voter, { boards, heardMs: this.#options.clock.monotonicMs() });
    const touched = before === undefined ? boards : before.symmetricDifference(boards);
    for (const board of touched) this.#look(board);
    // A repeated word may overrule what was written meanwhile.
    for (const board of boards) if (this.presence(board).state === "offline") this.#look(board);
    this.#watchSilence();
  }

  #changed(board: string | undefined): void {
    if (board !== undefined) this.#look(board);
    else for (const name of this.#known.keys()) this.#look(name);
    this.#watchSilence();
  }

  /** `isNew`: nothing was known of the board, so that nobody can say since when it is what it is. */
  #look(board: string, isNew = false): void {
    const known = this.#known.get(board);
    if (known === undefined) return;
    const { clock, onPresence } = this.#options;
    const state = availabilityOf(this.#view, board, known.written, clock.monotonicMs());
    if (state === known.presence.state && !isNew) return;
    const presence = isNew ? { state } : { state, since: formatTime(clock.nowMs()) };
    this.#known.set(board, { ...known, presence });
    onPresence(board);
  }

  #watchSilence(): void {
    this.#cancelChange();
    const { clock } = this.#options;
    const nowMs = clock.monotonicMs();
    const nextMs = nextChangeMs(this.#view, nowMs);
    if (nextMs !== undefined) this.#cancelChange = clock.after(nextMs - nowMs, () => this.#changed(undefined));
  }
}
