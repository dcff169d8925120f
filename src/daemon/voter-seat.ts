/**
 * This board's part among the voters: started where the disk can vouch for it, taken anew where it cannot.
 *
 * A voter that no longer knows what it promised never speaks under its id again. It puts its log and state aside, asks
 * the other voters for a new id, by the certificate it still has, and starts with an empty log as a learner. The board
 * keeps its pods running all the while.
 */
import { backoffMs } from "../lib/backoff.ts";
import { delay } from "../lib/clock.ts";
import { messageOf, TerminalError, UsageError } from "../lib/errors.ts";
import { DamagedVoterError } from "../replication/damaged-voter.ts";
import { DamagedStateError } from "../store/layout.ts";
import { askForSeat } from "./ask-for-seat.ts";
import type { Board } from "./board.ts";
import { quarantine } from "./quarantine.ts";
import { startVoter, type Voter } from "./start-voter.ts";
import { readVoterRecord } from "./voter-record.ts";

const retry = { delayMsMin: 500, delayMsMax: 15_000 };

export class VoterSeat {
  readonly #board: Board;
  readonly #fail: (error: unknown) => void;
  readonly #stopping = new AbortController();
  #voter: Voter | undefined;
  #asking: Promise<void> | undefined;

  private constructor(board: Board, fail: (error: unknown) => void) {
    this.#board = board;
    this.#fail = fail;
  }

  /** Throws `UsageError` where the board can neither vote nor ask anybody for a new seat. */
  static async open(board: Board, fail: (error: unknown) => void): Promise<VoterSeat> {
    const seat = new VoterSeat(board, fail);
    await seat.#openVoter();
    return seat;
  }

  /** Asks for a seat where the board has none, until it is given one. `brokers` are the voters'. */
  invite(brokers: readonly string[]): void {
    if (this.#voter !== undefined || this.#asking !== undefined || this.#stopping.signal.aborted) return;
    this.#board.surroundings.log.info("invited to become a voter");
    this.#ask(brokers);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the board is stopping"));
    await this.#asking;
    await this.#voter?.stop();
  }

  async #openVoter(): Promise<void> {
    const { identity, directory, surroundings } = this.#board;
    const { voterId } = identity;
    if (voterId === undefined) return;
    try {
      this.#voter = await startVoter(this.#board, voterId, (error) => this.#failed(error));
    } catch (error) {
      if (!isLost(error)) throw error;
      const others = await this.#others();
      if (others.length === 0) throw alone(error);
      const place = await quarantine(directory.path, surroundings.clock.nowMs());
      surroundings.log.warn("this voter cannot vouch for its past: it is put aside, and a new seat is asked for", {
        reason: messageOf(error),
        former: voterId,
        quarantine: place,
        others,
      });
      this.#ask(others);
    }
  }

  #ask(brokers: readonly string[]): void {
    this.#asking = this.#sitDown(brokers).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#fail(error);
    });
  }

  async #sitDown(brokers: readonly string[]): Promise<void> {
    const { signal } = this.#stopping;
    const { clock, random, log } = this.#board.surroundings;
    for (let failures = 0; ; failures += 1) {
      try {
        const seated = await askForSeat(this.#board, brokers, signal);
        const { voterId } = seated.identity;
        if (voterId === undefined) return;
        log.info("given a new seat among the voters", { voter: voterId });
        this.#voter = await startVoter(seated, voterId, (error) => this.#failed(error));
        this.#asking = undefined;
        return;
      } catch (error) {
        if (signal.aborted || isLost(error)) throw error;
        log.warn("no seat among the voters yet, trying again", { reason: messageOf(error) });
        await delay(clock, backoffMs(retry, failures, random), signal);
      }
    }
  }

  /** Where it is the past that cannot be vouched for, the next start must not find it. */
  #failed(error: unknown): void {
    const { directory, surroundings } = this.#board;
    if (!isLost(error) && !(error instanceof TerminalError)) {
      this.#fail(error);
      return;
    }
    this.#others()
      .then((others) => (others.length > 0 ? quarantine(directory.path, surroundings.clock.nowMs()) : undefined))
      .then(
        () => this.#fail(error),
        (failure: unknown) => this.#fail(failure),
      );
  }

  /** Control brokers of the other voters, as far as this board knows. */
  async #others(): Promise<readonly string[]> {
    const { identity, directory } = this.#board;
    const record = await readVoterRecord(directory.path);
    const known = record?.others ?? [...identity.voters, ...identity.members.map(({ address }) => address)];
    const own = `${identity.address}:${identity.ports.mqtt}`;
    return Array.from(new Set(known)).filter((broker) => broker !== own);
  }
}

function isLost(error: unknown): boolean {
  return error instanceof DamagedVoterError || error instanceof DamagedStateError;
}

function alone(cause: unknown): UsageError {
  const reason = messageOf(cause).replace(/; remove this voter.*|: remove the voter.*/s, "");
  return new UsageError(
    `${reason}. This fleet has no other voter to learn from: restore a snapshot in another directory with \`bramble snapshot restore\``,
    { cause },
  );
}
