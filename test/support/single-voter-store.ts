/** A fleet of one voter without a log: the real state machine behind the port, for tests of the rooms above it. */
import {
  type Leadership,
  type Member,
  NoLeaderError,
  type ReplicatedStore,
  type VoterId,
} from "../../src/replication/ports.ts";
import { DrivenMachine } from "../../src/store/testing/driven-machine.ts";
import type { StoreReader, Txn, TxnResult } from "../../src/store/types.ts";

export class SingleVoterStore implements ReplicatedStore {
  readonly #driven: DrivenMachine;
  #members: readonly Member[];
  readonly #memberListeners = new Set<() => void>();
  /** What becomes of requests to the leader; `silent` lets them wait for ever. */
  leader: "there" | "none" | "silent" = "there";
  transactions = 0;
  barriers = 0;

  private constructor(driven: DrivenMachine, members: readonly Member[]) {
    this.#driven = driven;
    this.#members = members;
  }

  static async open(): Promise<SingleVoterStore> {
    const id = "b1.00000001" as VoterId;
    const first: Member = { id, node: "b1", address: "127.0.0.1:8883", role: "voter" };
    return new SingleVoterStore(await DrivenMachine.open(), [first]);
  }

  get reader(): StoreReader {
    return this.#driven.machine.reader;
  }

  get leadership(): Leadership {
    return { role: "leader", term: this.#driven.term, signal: new AbortController().signal };
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  onLeadership(listener: (leadership: Leadership) => void): () => void {
    listener(this.leadership);
    return () => {};
  }

  onMembers(listener: () => void): () => void {
    this.#memberListeners.add(listener);
    return () => this.#memberListeners.delete(listener);
  }

  readBarrier(): Promise<void> {
    this.barriers += 1;
    return this.#reachLeader();
  }

  async transact(txn: Txn): Promise<TxnResult> {
    await this.#reachLeader();
    this.transactions += 1;
    return this.#driven.txn(txn);
  }

  async addMember(member: Omit<Member, "role">): Promise<void> {
    const others = this.#members.filter(({ id }) => id !== member.id);
    this.#setMembers([...others, { ...member, role: "learner" }]);
  }

  async removeMember(id: VoterId): Promise<void> {
    this.#setMembers(this.#members.filter((member) => member.id !== id));
  }

  #setMembers(members: readonly Member[]): void {
    this.#members = members;
    for (const listener of this.#memberListeners) listener();
  }

  /** Forgets history up to and including `revision`. */
  compact(revision: number): void {
    this.#driven.compact(revision);
  }

  /** Ends every watch. */
  close(): Promise<void> {
    return this.#driven.machine.close();
  }

  async #reachLeader(): Promise<void> {
    if (this.leader === "none") throw new NoLeaderError("no leader");
    if (this.leader === "silent") await new Promise(() => {});
  }
}
