/** One voter as the rest of its process uses it: finds the leader, whoever that is, and waits for what it commits. */
import { assert, unreachable } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import { OperationalError, UsageError } from "../lib/errors.ts";
import type { Logger } from "../lib/logger.ts";
import type { EntryPosition, Peer } from "../raft/message.ts";
import { peersOf, type Raft, votersOf } from "../raft/raft.ts";
import { transferLeadership } from "../raft/transfer.ts";
import { encodeCommand, isCommand } from "../store/command.ts";
import type { Command, StoreReader, Txn, TxnResult } from "../store/types.ts";
import { Acquaintances } from "./acquaintances.ts";
import type { Applied, Applier } from "./applier.ts";
import { CallDesk } from "./call-desk.ts";
import { DamagedVoterError } from "./damaged-voter.ts";
import type { DiskRoom } from "./disk-room.ts";
import { type Call, decodeCall, encodeCall, type MemberChange } from "./encoding/call-codec.ts";
import { decodeMessage } from "./encoding/message-codec.ts";
import { Handovers } from "./handovers.ts";
import { LeaderDuties } from "./leader-duties.ts";
import { LeadershipFeed, type LeadershipView } from "./leadership-feed.ts";
import type { SegmentLog } from "./log/segment-log.ts";
import { hasLostAcknowledged } from "./lost-acknowledgement.ts";
import { memberProgress } from "./member-progress.ts";
import { contextOf, isInEffect, memberOf } from "./membership.ts";
import {
  type Leadership,
  type Member,
  type MemberProgress,
  NoLeaderError,
  type ReplicatedStore,
  type StateSnapshot,
  type VoterChannel,
  type VoterId,
  type VoterOperations,
  type VoterTransport,
} from "./ports.ts";
import { type DriverCounts, RaftDriver } from "./raft-driver.ts";
import { Requests, type SendCall } from "./requests.ts";
import { ShortOfRoom } from "./short-of-room.ts";
import { StateAgreement, type StateReport } from "./state-agreement.ts";
import type { ReplicationTuning } from "./tuning.ts";
import type { VoterMeters } from "./voter-meters.ts";

export interface VoterParts {
  readonly raft: Raft;
  readonly log: SegmentLog;
  readonly room: DiskRoom;
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
  readonly meters: VoterMeters;
  readonly onFailure: (error: unknown) => void;
}

export interface VoterMetrics extends DriverCounts {
  readonly role: Raft["role"];
  readonly term: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly logBytesWritten: number;
}

export class ReplicatedVoter implements ReplicatedStore, VoterOperations {
  readonly #parts: VoterParts;
  readonly #driver: RaftDriver;
  readonly #desk: CallDesk;
  readonly #send: SendCall;
  readonly #requests: Requests;
  readonly #duties: LeaderDuties;
  readonly #agreement: StateAgreement;
  readonly #feed: LeadershipFeed;
  readonly #shortOfRoom: ShortOfRoom;
  readonly #handovers: Handovers;
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
    this.#desk = new CallDesk(raft, tuning.uncommittedEntriesMax, parts.room);
    const send: SendCall = (to, call) => parts.transport.send(to, "call", encodeCall(call));
    this.#requests = new Requests(raft, this.#desk, send, incarnation, tuning);
    this.#duties = new LeaderDuties(raft, incarnation, tuning);
    this.#send = send;
    this.#feed = new LeadershipFeed(raft.term);
    this.#shortOfRoom = new ShortOfRoom(parts.room, raft, tuning.diskLookTicks, parts.logger);
    this.#handovers = new Handovers(2 * tuning.raft.electionTicksMax);
    const events = {
      beforePump: () => this.#beforePump(),
      applied: (applied: Applied) => this.#noteApplied(applied),
      jumped: (position: EntryPosition) => this.#noteJump(position),
      readable: (id: string, index: number) => this.#answerRead(id, index),
      afterPump: () => this.#announce(),
      failed: (error: unknown) => this.#fail(error),
    };
    this.#driver = new RaftDriver(raft, parts, parts.diskEnd, tuning, events, parts.logger);
    parts.transport.onMessage((from, channel, payload) => this.#receive(from, channel, payload));
    parts.transport.onEnded((id) => this.#driver.suspect(id));
    for (const contact of parts.contacts) this.#acquaintances.note(contact.id, contextOf(contact));
    this.#agreement = new StateAgreement({
      self: this.#driver.raft.id as VoterId,
      voters: () => votersOf(this.#driver.raft),
      send: (report, to, isAnswer) => this.#sendReport({ type: "stateReport", ...report, isAnswer }, to),
      fail: (error) => this.#driver.halt(error),
      logger: parts.logger,
      everyEntries: tuning.stateReportEntries,
    });
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

  get self(): VoterId {
    return this.#driver.raft.id as VoterId;
  }

  get progress(): MemberProgress | undefined {
    return memberProgress(this.#driver.raft);
  }

  async snapshot(): Promise<StateSnapshot> {
    const { machine, position } = this.#parts.applier;
    const { revision } = machine;
    const { appliedIndex, bytes } = await machine.dump();
    return { appliedIndex, term: position.term, revision, bytes };
  }

  /** What the state adds up to as of an entry; equal on all voters that have applied it. */
  get stateReport(): StateReport {
    const { appliedIndex, digest } = this.#parts.applier.machine;
    return { index: appliedIndex, digest };
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
    const done = this.#requests.read(signal);
    this.#driver.schedule();
    return done;
  }

  async transact(txn: Txn, signal?: AbortSignal): Promise<TxnResult> {
    if (!this.#isOpen) throw stopping();
    const command: Command = { type: "txn", txn };
    assert(isCommand(command), "callers make transactions that the store can hold");
    const refusal = this.#shortOfRoom.refusal(this.#driver.isStalled);
    if (refusal !== undefined) throw refusal;
    const outcome = this.#parts.meters.commit(this.#requests.propose(encodeCommand(command), signal));
    this.#driver.schedule();
    try {
      return await outcome;
    } catch (error) {
      throw this.#shortOfRoom.explain(error);
    }
  }

  addMember(member: Omit<Member, "role">, signal?: AbortSignal): Promise<void> {
    return this.#changeMembers({ type: "add", id: member.id, context: contextOf(member) }, signal);
  }

  removeMember(id: VoterId, signal?: AbortSignal): Promise<void> {
    return this.#changeMembers({ type: "remove", id }, signal);
  }

  /**
   * Makes `to` the leader in place of this voter, which takes no writes meanwhile. Resolves once `to` leads. Throws
   * `NoLeaderError` where this voter does not lead, `UsageError` where `to` cannot, `OperationalError` where it did not
   * come to lead within two election timeouts; another voter may lead then, or still this one.
   */
  async transferLeadership(to: VoterId, signal?: AbortSignal): Promise<void> {
    const { raft } = this.#driver;
    if (!this.#isOpen) throw stopping();
    if (raft.role === "leader" && to === raft.id) return;
    const { kind } = transferLeadership(raft, to);
    switch (kind) {
      case "started":
        break;
      case "notLeader":
        throw new NoLeaderError("this voter does not lead: ask the one that does");
      case "notAnotherVoter":
        throw new UsageError(`${to} is not a voter: list the voters, then name one of them`);
      case "handingOver":
        throw new OperationalError("another voter is about to lead already: try again in a few seconds");
      default:
        unreachable(kind);
    }
    const done = this.#handovers.wait(to, signal);
    this.#driver.schedule();
    await done;
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
    const done = this.#requests.changeMembers(change, signal);
    this.#driver.schedule();
    await done;
  }

  #scheduleTick(): void {
    this.#cancelTick = this.#parts.clock.after(this.#parts.tuning.tickMs, () => {
      this.#scheduleTick();
      this.#requests.tick();
      this.#handovers.tick();
      this.#shortOfRoom.tick(this.#parts.log.bytesWritten);
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
        if (hasLostAcknowledged(this.#driver.raft, received.message)) this.#fail(lostAcknowledged());
        else this.#driver.receive(received.message);
        break;
      }
      case "call": {
        const call = decodeCall(payload);
        if (call !== undefined) this.#answer(from, call);
        break;
      }
      case "presence":
      case "events":
      case "stream":
      case "telemetry":
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
        this.#requests.noteProposeAnswer(call);
        break;
      case "read":
        this.#desk.read(from, call);
        break;
      case "readAnswer":
        this.#requests.noteReadAnswer(call.id, call.index);
        break;
      case "changeMembers":
        this.#desk.changeMembers(call.term, call.change);
        break;
      case "stateReport":
        this.#agreement.noteReport(from, call, call.isAnswer);
        return;
      default:
        unreachable(call);
    }
    this.#driver.schedule();
  }

  #sendReport(report: Call, to: VoterId | "everyone"): void {
    const receivers = to === "everyone" ? this.members.map(({ id }) => id) : [to];
    for (const id of receivers) if (id !== this.#driver.raft.id) this.#send(id, report);
  }

  #beforePump(): void {
    this.#requests.ask();
    this.#duties.promoteIfDue();
  }

  #noteApplied(applied: Applied): void {
    this.#agreement.noteApplied(applied.entry.index, this.#parts.applier.machine);
    this.#requests.noteApplied(applied);
    const { command } = applied;
    if (command?.type === "compact") this.#duties.noteCompacted(command.revision);
    if (command?.type !== "txn") return;
    const nowMs = this.#parts.clock.monotonicMs();
    this.#duties.noteChange(this.reader.revision, nowMs);
    // Not while an old log is replayed: a leader that has yet to catch up does not know what is due.
    if (this.#feed.current.role === "leader") this.#duties.compactIfDue(this.reader.revision, nowMs);
  }

  #noteJump(position: EntryPosition): void {
    this.#requests.noteJump(position, this.#parts.applier.peers);
  }

  #answerRead(id: string, index: number): void {
    const [from = "", round = ""] = id.split(" ");
    if (from === this.#driver.raft.id) {
      this.#requests.noteReadAnswer(round, index);
      // For those who came meanwhile.
      this.#driver.schedule();
    } else this.#send(from as VoterId, { type: "readAnswer", id: round, index });
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
    this.#handovers.look(raft);
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
    this.#requests.close();
    this.#handovers.close();
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

function lostAcknowledged(): DamagedVoterError {
  return new DamagedVoterError(
    "this voter's disk has lost what it acknowledged, as if an old backup had been put on it; " +
      "remove this voter from the fleet, empty its data directory, and join it again with `bramble join`",
  );
}
