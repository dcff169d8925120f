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
import type { BoardIdentity } from "../platform/host/fleet-directory.ts";
import type { FleetAuthority } from "../platform/pki/fleet-authority.ts";
import { DamagedVoterError } from "../replication/damaged-voter.ts";
import type { VoterId } from "../replication/ports.ts";
import { DamagedStateError } from "../store/layout.ts";
import { askForSeat, askStanding } from "./ask-for-seat.ts";
import { isFinal } from "./ask-voters.ts";
import type { Board } from "./board.ts";
import { openStoredAuthority } from "./fleet-key.ts";
import { quarantine } from "./quarantine.ts";
import type { Voter } from "./start-voter.ts";
import { readVoterRecord } from "./voter-record.ts";
import { watchStanding } from "./watch-standing.ts";

const retry = { delayMsMin: 500, delayMsMax: 15_000 };

export class VoterSeat {
  #board: Board;
  readonly #fail: (error: unknown) => void;
  readonly #stopping = new AbortController();
  #voter: Voter | undefined;
  #endWatch: () => void = () => {};
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

  /** The fleet's CA, where this board is a voter that knows its key. */
  async authority(): Promise<FleetAuthority | undefined> {
    const { credentials, surroundings } = this.#board;
    if (this.#voter === undefined) return undefined;
    return openStoredAuthority(this.#voter.store, credentials.current.caPem, surroundings.clock);
  }

  /** What time it is, as another voter knows; undefined where none does, or this board is no voter. Never rejects. */
  async askTime(): Promise<number | undefined> {
    const { voterId } = this.#board.identity;
    if (voterId === undefined) return undefined;
    const { signal } = this.#stopping;
    const others = await this.#others();
    const standing = await askStanding(this.#board, others, voterId, signal).catch(() => undefined);
    return standing?.timeMs;
  }

  /** What this board is certified as; changes with its seat. */
  get identity(): BoardIdentity {
    return this.#board.identity;
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the board is stopping"));
    this.#endWatch();
    await this.#asking;
    await this.#voter?.stop();
  }

  async #openVoter(): Promise<void> {
    const { identity, directory, surroundings } = this.#board;
    const { voterId } = identity;
    if (voterId === undefined) return;
    try {
      await this.#start(voterId);
    } catch (error) {
      if (!isLost(error)) throw error;
      const others = await this.#others();
      if (others.length === 0) throw alone(error);
      const place = await quarantine(directory.path, surroundings.clock.nowMs());
      surroundings.log.warn("this voter cannot vouch for its past: it is put aside, and a new seat is asked for", {
        reason: reasonOf(error),
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
        const { board, voterId } = await askForSeat(this.#board, brokers, signal);
        this.#board = board;
        log.info("given a new seat among the voters", { voter: voterId });
        await this.#start(voterId);
        this.#asking = undefined;
        return;
      } catch (error) {
        if (signal.aborted || isLost(error)) throw error;
        if (isFinal(error)) {
          await this.#becomeBoard(messageOf(error));
          this.#asking = undefined;
          return;
        }
        log.warn("no seat among the voters yet, trying again", { reason: messageOf(error) });
        await delay(clock, backoffMs(retry, failures, random), signal);
      }
    }
  }

  async #start(voterId: VoterId): Promise<void> {
    // Late: what a voter needs is large, and most boards are none.
    const { startVoter } = await import("./start-voter.ts");
    const voter = await startVoter(this.#board, voterId, (error) => this.#failed(error));
    this.#voter = voter;
    const { clock } = this.#board.surroundings;
    const ask = () => this.#lookAtStanding(voter, voterId).catch((error: unknown) => this.#failed(error));
    this.#endWatch = watchStanding({ store: voter.store, clock, ask });
  }

  /** A voter that was taken out goes on as a board; one whose seat has another id by now takes that seat anew. */
  async #lookAtStanding(voter: Voter, voterId: VoterId): Promise<void> {
    const { signal } = this.#stopping;
    const { directory, surroundings } = this.#board;
    const others = await this.#others();
    const standing = await askStanding(this.#board, others, voterId, signal).catch(() => undefined);
    if (standing === undefined || standing.isMember || signal.aborted) return;
    this.#endWatch();
    await voter.stop();
    this.#voter = undefined;
    await quarantine(directory.path, surroundings.clock.nowMs());
    if (standing.hasSeat) this.#ask(others);
    else await this.#becomeBoard(`${voterId} was taken out of the fleet's voters`);
  }

  async #becomeBoard(reason: string): Promise<void> {
    const { identity, credentials, directory, surroundings } = this.#board;
    surroundings.log.info("no voter any more, a board as before", { reason });
    if (identity.voterId === undefined) return;
    const { voterId: _, ...rest } = identity;
    const voters = await this.#others();
    const plain = { ...rest, voters: Array.from(voters), members: [], bootstrap: false };
    await directory.replace(plain, credentials.current.certificatePem);
    await directory.removeEncryptionKeys();
    this.#board = { ...this.#board, identity: plain };
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
  return new UsageError(
    `${reasonOf(cause)}. This fleet has no other voter to learn from: restore a snapshot in another directory with \`bramble snapshot restore\``,
    { cause },
  );
}

/** Without what a person would have to do if the board did not do it by itself. */
function reasonOf(error: unknown): string {
  return messageOf(error).replace(/[;:] remove (?:this|the) voter.*/s, "");
}
