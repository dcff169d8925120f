/**
 * Finds the voter whose state is not what the log makes of it, whatever the cause: every so many entries the voters
 * tell each other what their states add up to, and one that a majority contradicts stops.
 *
 * Reports are lost like any message. A voter that comes late to an entry is answered by those who differ from it.
 */
import type { Logger } from "../lib/logger.ts";
import { DamagedVoterError } from "./damaged-voter.ts";
import type { VoterId } from "./ports.ts";

/** What a voter's state adds up to once the entry at `index` is applied. */
export interface StateReport {
  readonly index: number;
  readonly digest: string;
}

export interface AgreementSurroundings {
  readonly self: VoterId;
  /** Of the configuration in effect; the voter itself is one of them unless it is a learner. */
  voters(): readonly string[];
  send(report: StateReport, to: VoterId | "everyone", isAnswer: boolean): void;
  /** This voter's state is the odd one: the process must end. */
  fail(error: DamagedVoterError): void;
  readonly logger: Logger;
  /** Reports are of entries whose index is a multiple of this. */
  readonly everyEntries: number;
}

/** Entries for which reports are remembered: how far voters may be apart and still be compared. */
const rememberedMax = 32;

export class StateAgreement {
  readonly #surroundings: AgreementSurroundings;
  readonly #own = new Map<number, string>();
  /** By entry and voter. */
  readonly #heard = new Map<number, Map<VoterId, string>>();

  constructor(surroundings: AgreementSurroundings) {
    this.#surroundings = surroundings;
  }

  /** To be called at every entry, with the state as of it. */
  noteApplied(index: number, state: { readonly digest: string }): void {
    if (index % this.#surroundings.everyEntries !== 0) return;
    const { digest } = state;
    remember(this.#own, index, digest);
    this.#surroundings.send({ index, digest }, "everyone", false);
    this.#judge(index, digest);
  }

  noteReport(from: VoterId, { index, digest }: StateReport, isAnswer: boolean): void {
    const { self, voters, send, logger } = this.#surroundings;
    if (from === self || !voters().includes(from) || digest === "") return;
    const heard = this.#heard.get(index) ?? new Map<VoterId, string>();
    heard.set(from, digest);
    remember(this.#heard, index, heard);
    const own = this.#own.get(index);
    if (own === undefined || own === digest) return;
    logger.error("the states of two voters differ: the one that the majority contradicts will stop", {
      index,
      own,
      other: from,
      others: digest,
    });
    if (!isAnswer) send({ index, digest: own }, from, true);
    this.#judge(index, own);
  }

  #judge(index: number, own: string): void {
    const { self, voters, fail } = this.#surroundings;
    const digests = new Map(this.#heard.get(index)).set(self, own);
    if (!isContradicted(own, digests, voters())) return;
    fail(
      new DamagedVoterError(
        `this voter's state at entry ${index} is not that of the other voters; ` +
          "remove this voter from the fleet, empty its data directory, and join it again with `bramble join`",
      ),
    );
  }
}

/** Whether a majority of `voters` has one digest, and it is not `own`. With two voters nobody can tell who is right. */
export function isContradicted(own: string, digests: ReadonlyMap<string, string>, voters: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const voter of voters) {
    const digest = digests.get(voter);
    if (digest !== undefined) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  }
  return Array.from(counts).some(([digest, count]) => digest !== own && count > voters.length / 2);
}

function remember<T>(map: Map<number, T>, index: number, value: T): void {
  map.delete(index);
  map.set(index, value);
  const [oldest] = map.keys();
  if (map.size > rememberedMax && oldest !== undefined) map.delete(oldest);
}
