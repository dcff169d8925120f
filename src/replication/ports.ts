/** What consensus needs from the world, and what the rest of a voter needs from consensus. */
import type { Brand } from "../lib/brand.ts";
import type { Revision, StoreReader, Txn, TxnResult } from "../store/types.ts";

/** `<node>.<8 hex digits>`: made when a board becomes a voter and never used again once its disk is lost. */
export type VoterId = Brand<string, "VoterId">;

export interface Member {
  readonly id: VoterId;
  readonly node: string;
  /** Where this voter's control broker listens, `10.99.0.1:8883`. */
  readonly address: string;
  readonly role: "voter" | "learner";
}

/** Unordered, lossy, unduplicated-by-nobody datagrams between voters. `from` is proven by its certificate. */
export interface VoterTransport {
  /** Never blocks and never throws: what cannot be sent now is lost. */
  send(to: VoterId, channel: VoterChannel, payload: Uint8Array): void;
  onMessage(handler: (from: VoterId, channel: VoterChannel, payload: Uint8Array) => void): void;
  /**
   * Called when the process of another voter seems to have ended, so that nobody need wait until its silence shows it.
   * A mere hint: it may be wrong, come twice, or not at all.
   */
  onEnded(handler: (id: VoterId) => void): void;
  /** Where the others are; replaces what was said before. */
  setMembers(members: readonly Member[]): void;
}

/**
 * `raft` carries consensus, `call` the requests of followers to the leader, `presence` which boards a voter hears,
 * `events` the Kubernetes events, which are not in the log, `stream` what people read of and type to pods, and `telemetry` what boards measure.
 */
export type VoterChannel = "raft" | "call" | "presence" | "events" | "stream" | "telemetry";

export type Leadership =
  /** This voter leads `term`; `signal` aborts when it no longer does. */
  | { readonly role: "leader"; readonly term: number; readonly signal: AbortSignal }
  | { readonly role: "follower"; readonly term: number; readonly leader: Member | undefined };

/** The fleet's state as every room of a voter uses it. */
export interface ReplicatedStore {
  readonly reader: StoreReader;
  readonly leadership: Leadership;
  readonly members: readonly Member[];
  /** Called at once and at every change, one at a time. Returns what unsubscribes. */
  onLeadership(listener: (leadership: Leadership) => void): () => void;
  /** Resolves when `reader` has applied all that was committed before the call (ReadIndex, thesis §6.4). */
  readBarrier(signal?: AbortSignal): Promise<void>;
  /** Called at every change of `members`. Returns what unsubscribes. */
  onMembers(listener: () => void): () => void;
  /**
   * Commits through the leader, wherever it is, and resolves once this voter's `reader` shows the outcome.
   * Throws `NoLeaderError` or `DiskFullError` when nothing was proposed, `OutcomeUnknownError` when it may yet happen.
   */
  transact(txn: Txn, signal?: AbortSignal): Promise<TxnResult>;
  /** Adds a voter, first as a learner; resolves when the change is committed. Promotion follows by itself. */
  addMember(member: Omit<Member, "role">, signal?: AbortSignal): Promise<void>;
  removeMember(id: VoterId, signal?: AbortSignal): Promise<void>;
}

/** Nothing was proposed; the caller may simply try again. */
export class NoLeaderError extends Error {
  override readonly name = "NoLeaderError";
}

/** The proposal may or may not take effect: read before trying again. */
export class OutcomeUnknownError extends Error {
  override readonly name = "OutcomeUnknownError";
}

/** What people may ask of one voter beside reading and writing. */
export interface VoterOperations {
  readonly self: VoterId;
  /** What the leader knows of the others; undefined on any other voter. */
  readonly progress: MemberProgress | undefined;
  /** To be asked of the leader. Resolves once `to` leads. Throws an error that says why it does not. */
  transferLeadership(to: VoterId, signal?: AbortSignal): Promise<void>;
  /** The state as of this call. */
  snapshot(): Promise<StateSnapshot>;
}

export interface MemberProgress {
  /** The end of the leader's log. */
  readonly lastIndex: number;
  /** The last entry that each member, the leader included, is known to hold. */
  readonly matchIndex: ReadonlyMap<VoterId, number>;
  /** The leader, and whoever answered it within the last election timeout or so. */
  readonly recentlyHeard: ReadonlySet<VoterId>;
}

export interface StateSnapshot {
  /** The last entry in it. */
  readonly appliedIndex: number;
  readonly term: number;
  readonly revision: Revision;
  /** What `StateMachine.restore` takes. */
  readonly bytes: Uint8Array;
}
