/** One voter as the rest of its process uses it: finds the leader, whoever that is, and waits for what it commits. */
import { assert, unreachable } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import { lastIndex } from "../raft/log.ts";
import type { EntryPosition, Peer } from "../raft/message.ts";
import { propose, proposeConfiguration } from "../raft/propose.ts";
import { peersOf, type Raft } from "../raft/raft.ts";
import { requestRead } from "../raft/read-index.ts";
import { decodeCommand, encodeCommand } from "../store/command.ts";
import type { Command, StoreReader, Txn, TxnResult } from "../store/types.ts";
import { Acquaintances } from "./acquaintances.ts";
import type { Applied, Applier } from "./applier.ts";
import { CallDesk } from "./call-desk.ts";
import { type Call, decodeCall, encodeCall, type MemberChange, type NumberedCommand } from "./encoding/call-codec.ts";
import { encodeEnvelope } from "./encoding/envelope.ts";
import { decodeMessage } from "./encoding/message-codec.ts";
import { CompactionSchedule, planPromotion } from "./leader-duties.ts";
import { LeadershipFeed, type LeadershipView } from "./leadership-feed.ts";
import type { SegmentLog } from "./log/segment-log.ts";
import { MemberChanges } from "./member-changes.ts";
import { contextOf, isInEffect, memberOf } from "./membership.ts";
import {
  type Leadership,
  type Member,
  NoLeaderError,
  type ReplicatedStore,
  type VoterChannel,
  type VoterId,
  type VoterTransport,
} from "./ports.ts";
import { Proposals } from "./proposals.ts";
import { type DriverCounts, RaftDriver } from "./raft-driver.ts";
import { ReadBarriers } from "./read-barriers.ts";
import type { ReplicationTuning } from "./tuning.ts";

export interface VoterParts {
  readonly raft: Raft;
  readonly log: SegmentLog;
  /** Where the log on disk ends. */
  readonly diskEnd: EntryPosition;
  readonly applier: Applier;
  readonly transport: VoterTransport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tuning: ReplicationTuning;
  /** Names this start of the voter among all others. */
  readonly incarnation: string;
  /** Voters known from elsewhere, for while the log does not name them. */
  readonly contacts: readonly Member[];
  readonly onFailure: (error: unknown) => void;
}

export interface VoterMetrics extends DriverCounts {
  readonly role: Raft["role"];
  readonly term: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly logBytesWritten: number;
}

export class ReplicatedVoter implements ReplicatedStore {
  readonly #parts: VoterParts;
  readonly #driver: RaftDriver;
  readonly #desk: CallDesk;
  readonly #proposals: Proposals;
  readonly #reads: ReadBarriers;
  readonly #memberChanges: MemberChanges;
  readonly #compaction: CompactionSchedule;
  readonly #feed: LeadershipFeed;
  readonly #acquaintances = new Acquaintances();
  readonly #memberListeners = new Set<() => void>();
  #announcedPeers: readonly Peer[] | undefined;
  #cancelTick: () => void = () => {};
  /** Whether it takes part and answers. */
  #isOpen = true;
  #closing: Promise<void> | undefined;

  constructor(parts: VoterParts) {
    const { raft, tuning, incarnation } = parts;
    this.#parts = parts;
    this.#desk = new CallDesk(raft, tuning.uncommittedEntriesMax);
    this.#proposals = new Proposals(raft.id, incarnation, tuning);
    this.#reads = new ReadBarriers(incarnation, tuning);
    this.#memberChanges = new MemberChanges(tuning);
    this.#compaction = new CompactionSchedule(tuning.historyRevisions);
    this.#feed = new LeadershipFeed(raft.term);
    const events = {
      beforePump: () => this.#ask(),
      applied: (applied: Applied) => this.#noteApplied(applied),
      jumped: (position: EntryPosition) => this.#noteJump(position),
      readable: (id: string, index: number) => this.#answerRead(id, index),
      afterPump: () => this.#announce(),
      failed: (error: unknown) => this.#fail(error),
    };
    this.#driver = new RaftDriver(raft, parts, parts.diskEnd, tuning, events, parts.logger);
    parts.transport.onMessage((from, channel, payload) => this.#receive(from, channel, payload));
    for (const contact of parts.contacts) this.#acquaintances.note(contact.id, contextOf(contact));
    this.#announce();
    this.#scheduleTick();
  }

  get reader(): StoreReader {
    return this.#parts.applier.machine.reader;
  }

  get leadership(): Leadership {
    return this.#feed.current;
  }

  get members(): readonly Member[] {
    return peersOf(this.#driver.raft).map(memberOf);
  }

  /** For those who check or show it; nobody outside changes it. */
  get raft(): Readonly<Raft> {
    return this.#driver.raft;
  }

  get metrics(): VoterMetrics {
    const { role, term, commitIndex, appliedIndex } = this.#driver.raft;
    const logBytesWritten = this.#parts.log.bytesWritten;
    return { role, term, commitIndex, appliedIndex, logBytesWritten, ...this.#driver.counts };
  }

  onLeadership(listener: (leadership: Leadership) => void): () => void {
    return this.#feed.subscribe(listener);
  }

  onMembers(listener: () => void): () => void {
    this.#memberListeners.add(listener);
    return () => this.#memberListeners.delete(listener);
  }

  readBarrier(signal?: AbortSignal): Promise<void> {
    if (!this.#isOpen) return Promise.reject(stopping());
    const done = this.#reads.wait(signal);
    this.#driver.schedule();
    return done;
  }

  async transact(txn: Txn, signal?: AbortSignal): Promise<TxnResult> {
    if (!this.#isOpen) throw stopping();
    const command = encodeCommand({ type: "txn", txn });
    assert(decodeCommand(command) !== undefined, "callers make transactions that the store can hold");
    const outcome = this.#proposals.submit(command, signal);
    this.#driver.schedule();
    return outcome;
  }

  addMember(member: Omit<Member, "role">, signal?: AbortSignal): Promise<void> {
    return this.#changeMembers({ type: "add", id: member.id, context: contextOf(member) }, signal);
  }

  removeMember(id: VoterId, signal?: AbortSignal): Promise<void> {
    return this.#changeMembers({ type: "remove", id }, signal);
  }

  /** Stops taking part, makes what was applied durable and closes log and state. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#isOpen) this.#stopServing();
    try {
      await this.#driver.stop();
      await this.#parts.log.close();
    } finally {
      await this.#parts.applier.machine.close();
    }
  }

  async #changeMembers(change: MemberChange, signal?: AbortSignal): Promise<void> {
    // What this voter has applied may be of the past: a member that is yet to come must not pass for one that is gone.
    await this.readBarrier(signal);
    if (isInEffect(this.#parts.applier.peers, change)) return;
    const done = this.#memberChanges.wait(change, signal);
    this.#driver.schedule();
    await done;
  }

  #scheduleTick(): void {
    this.#cancelTick = this.#parts.clock.after(this.#parts.tuning.tickMs, () => {
      this.#scheduleTick();
      this.#proposals.tick();
      this.#reads.tick();
      this.#memberChanges.tick();
      this.#driver.tick();
    });
  }

  #receive(from: VoterId, channel: VoterChannel, payload: Uint8Array): void {
    if (!this.#isOpen) return;
    switch (channel) {
      case "raft": {
        const received = decodeMessage(payload, from, this.#driver.raft.id);
        if (received === undefined) return;
        if (this.#acquaintances.note(from, received.context)) this.#tellTransport();
        this.#driver.receive(received.message);
        break;
      }
      case "call": {
        const call = decodeCall(payload);
        if (call !== undefined) this.#answer(from, call);
        break;
      }
      case "presence":
        // Spoken over the same links by others.
        break;
      default:
        unreachable(channel);
    }
  }

  #answer(from: VoterId, call: Call): void {
    switch (call.type) {
      case "propose": {
        const answer = this.#desk.propose(from, call);
        if (answer !== undefined) this.#send(from, answer);
        break;
      }
      case "proposeAnswer":
        if (call.incarnation !== this.#proposals.incarnation) return;
        this.#proposals.noteAccepted(call.accepted);
        this.#proposals.noteRefused(call.refused);
        break;
      case "read":
        this.#desk.read(from, call);
        break;
      case "readAnswer":
        this.#reads.noteAnswer(call.id, call.index);
        break;
      case "changeMembers":
        this.#desk.changeMembers(call.term, call.change);
        break;
      default:
        unreachable(call);
    }
    this.#driver.schedule();
  }

  /** Puts what waits before the leader: this voter, or the one it follows. */
  #ask(): void {
    const { raft } = this.#driver;
    if (raft.role === "leader") this.#askSelf(raft);
    else if (raft.leader !== undefined) this.#askLeader(raft, raft.leader as VoterId);
  }

  #askSelf(raft: Raft): void {
    // While a write is under way the next group gathers.
    if (!raft.persisting && !this.#desk.isFull) {
      const commands = this.#proposals.takeWaiting(raft.term);
      if (commands.length > 0) this.#proposeHere(commands);
    }
    const rounds = this.#reads.takeUnanswered();
    if (this.#reads.hasWaiting) rounds.push(this.#reads.startRound());
    for (const id of rounds) requestRead(raft, `${raft.id} ${id}`);
    for (const change of this.#memberChanges.takeDue()) this.#desk.changeMembers(raft.term, change);
    const peers = planPromotion(
      peersOf(raft),
      raft.progress,
      lastIndex(raft.log),
      this.#parts.tuning.promotionLagEntries,
    );
    if (peers !== undefined) proposeConfiguration(raft, peers);
  }

  #askLeader(raft: Raft, leader: VoterId): void {
    const { incarnation } = this.#proposals;
    const proposals = [...this.#proposals.takeUnanswered(raft.term), ...this.#proposals.takeWaiting(raft.term)];
    if (proposals.length > 0) this.#send(leader, { type: "propose", term: raft.term, incarnation, proposals });
    const rounds = this.#reads.takeUnanswered();
    if (this.#reads.hasWaiting) rounds.push(this.#reads.startRound());
    for (const id of rounds) this.#send(leader, { type: "read", id });
    for (const change of this.#memberChanges.takeDue()) {
      this.#send(leader, { type: "changeMembers", term: raft.term, change });
    }
  }

  #proposeHere(commands: readonly NumberedCommand[]): void {
    const { raft } = this.#driver;
    const { incarnation } = this.#proposals;
    const outcome = propose(
      raft,
      commands.map(({ counter, command }) =>
        encodeEnvelope({ proposal: { origin: raft.id, incarnation, counter }, command }),
      ),
    );
    assert(outcome.kind === "appended", "a leader appends");
    this.#proposals.noteAccepted(commands.map(({ counter }) => counter));
  }

  #noteApplied({ entry, proposal, command, result }: Applied): void {
    this.#proposals.noteApplied(entry.term, proposal, result);
    this.#reads.noteApplied(entry.index);
    if (entry.type === "configuration") this.#noteConfiguration();
    if (command?.type === "compact") this.#compaction.noteCompacted(command.revision);
    if (command?.type === "txn") this.#compactIfDue();
  }

  #noteJump({ index, term }: EntryPosition): void {
    this.#proposals.noteJump(term);
    this.#reads.noteApplied(index);
    this.#noteConfiguration();
  }

  #noteConfiguration(): void {
    this.#memberChanges.noteApplied(this.#parts.applier.peers);
  }

  #compactIfDue(): void {
    if (this.#feed.current.role !== "leader") return;
    const through = this.#compaction.plan(this.reader.revision);
    if (through === undefined) return;
    const command: Command = { type: "compact", revision: through };
    // Nobody waits for it, so it bears no number that anyone knows.
    const proposal = { origin: this.#driver.raft.id, incarnation: this.#proposals.incarnation, counter: 0 };
    propose(this.#driver.raft, [encodeEnvelope({ proposal, command: encodeCommand(command) })]);
  }

  #answerRead(id: string, index: number): void {
    const [from = "", round = ""] = id.split(" ");
    if (from === this.#driver.raft.id) this.#reads.noteAnswer(round, index);
    else this.#send(from as VoterId, { type: "readAnswer", id: round, index });
  }

  #send(to: VoterId, call: Call): void {
    this.#parts.transport.send(to, "call", encodeCall(call));
  }

  /** Tells the transport and the listeners what has changed. */
  #announce(): void {
    const { raft } = this.#driver;
    const peers = peersOf(raft);
    if (peers !== this.#announcedPeers) {
      const departed = this.#announcedPeers?.filter(({ id }) => !peers.some((peer) => peer.id === id)) ?? [];
      this.#desk.noteDeparted(departed.map(({ id }) => id));
      this.#announcedPeers = peers;
      this.#tellTransport();
      for (const listener of this.#memberListeners) listener();
    }
    this.#feed.update(this.#view(raft));
  }

  #tellTransport(): void {
    const { members } = this;
    const everybody = [...members, ...this.#acquaintances.besides(members)];
    this.#parts.transport.setMembers(everybody.filter(({ id }) => id !== this.#driver.raft.id));
  }

  #view(raft: Raft): LeadershipView {
    const { term } = raft;
    // A new leader is announced once it has applied all that its predecessors committed.
    if (raft.role === "leader" && this.#parts.applier.position.term === term) return { role: "leader", term };
    const leader = raft.leader === raft.id ? undefined : this.members.find(({ id }) => id === raft.leader);
    return { role: "follower", term, leader };
  }

  #stopServing(): void {
    this.#isOpen = false;
    this.#cancelTick();
    this.#proposals.close();
    this.#reads.close();
    this.#memberChanges.close();
    this.#feed.update({ role: "follower", term: this.#driver.raft.term, leader: undefined });
  }

  #fail(error: unknown): void {
    if (!this.#isOpen) return;
    this.#stopServing();
    this.#parts.onFailure(error);
  }
}

function stopping(): NoLeaderError {
  return new NoLeaderError("this voter is stopping: ask another one");
}
