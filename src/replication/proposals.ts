/**
 * This voter's own proposals, from the call to their outcome.
 *
 * A proposal is pinned to the term in which it is first sent: only that term's leader may append it, once. So the log
 * itself tells its fate. Either it is applied, or an entry of a later term is, after which it never can be. Only where
 * a snapshot hides that part of the log, or the time is up, does the outcome stay unknown.
 */
import type { TxnResult } from "../store/types.ts";
import type { NumberedCommand } from "./encoding/call-codec.ts";
import type { ProposalId } from "./encoding/envelope.ts";
import { NoLeaderError, OutcomeUnknownError } from "./ports.ts";
import { type Settle, waitUntilSettled } from "./settling.ts";

interface Proposal {
  readonly command: Uint8Array;
  readonly expiresAtTick: number;
  readonly settle: Settle<TxnResult>;
  /** Not before this tick, so that a leader which refuses is not asked without pause. */
  notBeforeTick: number;
}

interface SentProposal extends Proposal {
  readonly counter: number;
  readonly term: number;
  isAccepted: boolean;
  sentAtTick: number;
}

export interface ProposalLimits {
  readonly callTimeoutTicks: number;
  readonly callRepeatTicks: number;
  readonly proposalsMax: number;
}

export class Proposals {
  readonly incarnation: string;
  readonly #origin: string;
  readonly #limits: ProposalLimits;
  #waiting: Proposal[] = [];
  readonly #sent = new Map<number, SentProposal>();
  #counter = 0;
  #tick = 0;
  #lastAppliedTerm = 0;

  constructor(origin: string, incarnation: string, limits: ProposalLimits) {
    this.#origin = origin;
    this.incarnation = incarnation;
    this.#limits = limits;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Rejects with `NoLeaderError`, `OutcomeUnknownError`, or the signal's reason. */
  submit(command: Uint8Array, signal?: AbortSignal): Promise<TxnResult> {
    return waitUntilSettled<TxnResult>(signal, (settle) => {
      const expiresAtTick = this.#tick + this.#limits.callTimeoutTicks;
      const proposal: Proposal = { command, expiresAtTick, notBeforeTick: this.#tick, settle };
      if (this.#waiting.length + this.#sent.size >= this.#limits.proposalsMax) {
        settle(new NoLeaderError("too many writes wait for the leader: try again"));
      } else this.#waiting.push(proposal);
      return () => this.#forget(proposal);
    });
  }

  /** The proposals to append in `term`, or to send to its leader, now. */
  takeWaiting(term: number): NumberedCommand[] {
    const due = this.#waiting.filter((proposal) => proposal.notBeforeTick <= this.#tick);
    if (due.length === 0) return [];
    this.#waiting = this.#waiting.filter((proposal) => proposal.notBeforeTick > this.#tick);
    return due.map((proposal) => {
      this.#counter += 1;
      const sent = { ...proposal, counter: this.#counter, term, isAccepted: false, sentAtTick: this.#tick };
      this.#sent.set(sent.counter, sent);
      return sent;
    });
  }

  /** Proposals of `term` that nobody has answered for a while: they, or the answers, were lost. */
  takeUnanswered(term: number): NumberedCommand[] {
    const overdue = this.#sent
      .values()
      .filter((sent) => sent.term === term && !sent.isAccepted)
      .filter((sent) => this.#tick - sent.sentAtTick >= this.#limits.callRepeatTicks)
      .toArray();
    for (const sent of overdue) sent.sentAtTick = this.#tick;
    return overdue;
  }

  /** They are in the leader's log; what becomes of them is for the log to say. */
  noteAccepted(counters: readonly number[]): void {
    for (const counter of counters) {
      const sent = this.#sent.get(counter);
      if (sent !== undefined) sent.isAccepted = true;
    }
  }

  /** They will never be in the log: they may be proposed again. */
  noteRefused(counters: readonly number[]): void {
    for (const counter of counters) {
      const sent = this.#sent.get(counter);
      if (sent !== undefined && !sent.isAccepted) this.#waitAgain(sent);
    }
  }

  /** An entry was applied, with `result` where it carried a proposal. To be told in the order of the log. */
  noteApplied(term: number, proposal: ProposalId | undefined, result: TxnResult): void {
    if (term > this.#lastAppliedTerm) {
      this.#lastAppliedTerm = term;
      // Terms never fall along the log: nothing of an earlier term comes any more.
      for (const sent of this.#sent
        .values()
        .filter((each) => each.term < term)
        .toArray())
        this.#waitAgain(sent);
    }
    if (proposal?.origin !== this.#origin || proposal.incarnation !== this.incarnation) return;
    const sent = this.#sent.get(proposal.counter);
    if (sent === undefined) return;
    this.#sent.delete(sent.counter);
    sent.settle(result);
  }

  /** The state has jumped to an entry of `term`; what was proposed until then may be in it or not. */
  noteJump(term: number): void {
    for (const sent of this.#sent
      .values()
      .filter((each) => each.term <= term)
      .toArray())
      this.#giveUp(sent);
    this.#lastAppliedTerm = Math.max(this.#lastAppliedTerm, term);
  }

  tick(): void {
    this.#tick += 1;
    const isExpired = (proposal: Proposal) => proposal.expiresAtTick <= this.#tick;
    for (const sent of this.#sent.values().filter(isExpired).toArray()) this.#giveUp(sent);
    const expired = this.#waiting.filter(isExpired);
    this.#waiting = this.#waiting.filter((proposal) => !isExpired(proposal));
    for (const proposal of expired) proposal.settle(noLeader());
  }

  /** This voter stops. */
  close(): void {
    for (const sent of Array.from(this.#sent.values())) this.#giveUp(sent);
    for (const proposal of this.#waiting.splice(0)) proposal.settle(noLeader());
  }

  #waitAgain(sent: SentProposal): void {
    this.#sent.delete(sent.counter);
    const { command, expiresAtTick, settle } = sent;
    this.#waiting.push({ command, expiresAtTick, settle, notBeforeTick: this.#tick + 1 });
  }

  #giveUp(sent: SentProposal): void {
    this.#sent.delete(sent.counter);
    sent.settle(new OutcomeUnknownError("the fleet did not say in time whether the write happened: read, then decide"));
  }

  #forget(proposal: Proposal): void {
    this.#waiting = this.#waiting.filter((each) => each.settle !== proposal.settle);
    for (const [counter, sent] of this.#sent) {
      if (sent.settle === proposal.settle) this.#sent.delete(counter);
    }
  }
}

function noLeader(): NoLeaderError {
  return new NoLeaderError("the fleet has no leader: a majority of the voters must be up and reach one another");
}
