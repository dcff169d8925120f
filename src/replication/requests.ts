/** Everything on this voter that waits for the leader: puts it before whoever leads, and settles it by the log. */
import { assert } from "../lib/assert.ts";
import type { EntryPosition, Peer } from "../raft/message.ts";
import { propose } from "../raft/propose.ts";
import type { Raft } from "../raft/raft.ts";
import { requestRead } from "../raft/read-index.ts";
import type { TxnResult } from "../store/types.ts";
import type { Applied } from "./applier.ts";
import type { CallDesk } from "./call-desk.ts";
import type { Call, MemberChange, NumberedCommand } from "./encoding/call-codec.ts";
import { encodeEnvelope } from "./encoding/envelope.ts";
import { MemberChanges } from "./member-changes.ts";
import type { VoterId } from "./ports.ts";
import { Proposals } from "./proposals.ts";
import { ReadBarriers } from "./read-barriers.ts";
import type { ReplicationTuning } from "./tuning.ts";

/** Size of one message with proposals, unless a single one is larger. */
const packetBytesMax = 256 * 1024;

export type SendCall = (to: VoterId, call: Call) => void;

export class Requests {
  readonly #raft: Raft;
  /** Where a leader puts its own requests. */
  readonly #desk: CallDesk;
  readonly #send: SendCall;
  readonly #proposals: Proposals;
  readonly #reads: ReadBarriers;
  readonly #memberChanges: MemberChanges;

  constructor(raft: Raft, desk: CallDesk, send: SendCall, incarnation: string, tuning: ReplicationTuning) {
    this.#raft = raft;
    this.#desk = desk;
    this.#send = send;
    this.#proposals = new Proposals(raft.id, incarnation, tuning);
    this.#reads = new ReadBarriers(incarnation, tuning, raft.appliedIndex);
    this.#memberChanges = new MemberChanges(tuning);
  }

  propose(command: Uint8Array, signal?: AbortSignal): Promise<TxnResult> {
    return this.#proposals.submit(command, signal);
  }

  read(signal?: AbortSignal): Promise<void> {
    return this.#reads.wait(signal);
  }

  changeMembers(change: MemberChange, signal?: AbortSignal): Promise<void> {
    return this.#memberChanges.wait(change, signal);
  }

  /** Asks whatever is due, if there is somebody to ask. */
  ask(): void {
    const { role, leader } = this.#raft;
    if (role === "leader") this.#askSelf();
    else if (leader !== undefined) this.#askLeader(leader as VoterId);
  }

  noteProposeAnswer(answer: Extract<Call, { readonly type: "proposeAnswer" }>): void {
    // The numbers of an earlier start mean nothing now.
    if (answer.incarnation !== this.#proposals.incarnation) return;
    this.#proposals.noteAccepted(answer.accepted);
    this.#proposals.noteRefused(answer.refused);
  }

  noteReadAnswer(round: string, index: number): void {
    this.#reads.noteAnswer(round, index);
  }

  noteApplied({ entry, proposal, result }: Applied): void {
    this.#proposals.noteApplied(entry.term, proposal, result);
    this.#reads.noteApplied(entry.index);
    if (entry.type === "configuration") this.#memberChanges.noteApplied(entry.peers);
  }

  /** A snapshot took the place of everything through `position`; `peers` are in effect there. */
  noteJump({ index, term }: EntryPosition, peers: readonly Peer[]): void {
    this.#proposals.noteJump(term);
    this.#reads.noteApplied(index);
    this.#memberChanges.noteApplied(peers);
  }

  tick(): void {
    this.#proposals.tick();
    this.#reads.tick();
    this.#memberChanges.tick();
  }

  /** This voter stops: whoever waits is told what is known. */
  close(): void {
    this.#proposals.close();
    this.#reads.close();
    this.#memberChanges.close();
  }

  #askSelf(): void {
    const raft = this.#raft;
    // While a write is under way the next group gathers.
    const commands = raft.persisting || this.#desk.isFull ? [] : this.#proposals.takeWaiting(raft.term);
    if (commands.length > 0) this.#proposeHere(commands);
    for (const round of this.#dueRounds()) requestRead(raft, `${raft.id} ${round}`);
    for (const change of this.#memberChanges.takeDue()) this.#desk.changeMembers(raft.term, change);
  }

  #askLeader(leader: VoterId): void {
    const { term } = this.#raft;
    const { incarnation } = this.#proposals;
    const proposals = [...this.#proposals.takeUnanswered(term), ...this.#proposals.takeWaiting(term)];
    for (const packet of inPackets(proposals)) {
      this.#send(leader, { type: "propose", term, incarnation, proposals: packet });
    }
    for (const id of this.#dueRounds()) this.#send(leader, { type: "read", id });
    for (const change of this.#memberChanges.takeDue()) this.#send(leader, { type: "changeMembers", term, change });
  }

  #dueRounds(): string[] {
    const rounds = this.#reads.takeUnanswered();
    return this.#reads.isRoundDue ? [...rounds, this.#reads.startRound()] : rounds;
  }

  #proposeHere(commands: readonly NumberedCommand[]): void {
    const origin = this.#raft.id;
    const { incarnation } = this.#proposals;
    const envelopes = commands.map(({ counter, command }) =>
      encodeEnvelope({ proposal: { origin, incarnation, counter }, command }),
    );
    const outcome = propose(this.#raft, envelopes);
    assert(outcome.kind === "appended", "a leader appends");
    this.#proposals.noteAccepted(commands.map(({ counter }) => counter));
  }
}

function inPackets(proposals: readonly NumberedCommand[]): NumberedCommand[][] {
  const packets: NumberedCommand[][] = [];
  let packet: NumberedCommand[] = [];
  let bytes = 0;
  for (const proposal of proposals) {
    bytes += proposal.command.byteLength;
    if (packet.length === 0 || bytes > packetBytesMax) {
      packet = [];
      packets.push(packet);
      bytes = proposal.command.byteLength;
    }
    packet.push(proposal);
  }
  return packets;
}
