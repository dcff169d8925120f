/** Answers what other voters ask of this one while it leads. */
import { lastIndex } from "../raft/log.ts";
import { propose, proposeConfiguration } from "../raft/propose.ts";
import { peersOf, type Raft } from "../raft/raft.ts";
import { requestRead } from "../raft/read-index.ts";
import type { DiskRoom } from "./disk-room.ts";
import type { Call, MemberChange } from "./encoding/call-codec.ts";
import { encodeEnvelope } from "./encoding/envelope.ts";
import { ForwardedProposals } from "./forwarded-proposals.ts";
import { changePeers, isInEffect } from "./membership.ts";

type CallOf<Type extends Call["type"]> = Extract<Call, { readonly type: Type }>;

export class CallDesk {
  readonly #raft: Raft;
  readonly #uncommittedEntriesMax: number;
  readonly #room: Pick<DiskRoom, "isShort">;
  readonly #forwarded = new ForwardedProposals();
  /** Voters seen to go: their ids are never given again, so a late copy of a request must not bring one back. */
  readonly #departed = new Set<string>();

  constructor(raft: Raft, uncommittedEntriesMax: number, room: Pick<DiskRoom, "isShort">) {
    this.#raft = raft;
    this.#room = room;
    this.#uncommittedEntriesMax = uncommittedEntriesMax;
  }

  /** Nothing is proposed now, but perhaps a little later. */
  get isFull(): boolean {
    const raft = this.#raft;
    if (this.#room.isShort) return true;
    if (raft.handover !== undefined || raft.uncommittedBytes >= raft.tuning.uncommittedBytesMax) return true;
    return lastIndex(raft.log) - raft.commitIndex >= this.#uncommittedEntriesMax;
  }

  /** The answer, if there is one to give yet. */
  propose(from: string, call: CallOf<"propose">): CallOf<"proposeAnswer"> | undefined {
    const { term, incarnation, proposals } = call;
    const raft = this.#raft;
    const leads = raft.role === "leader" && raft.term === term;
    if (leads) this.#forwarded.startTerm(term);
    // Of a term that it has not led, or led before it was restarted, this voter cannot say what was appended.
    else if (this.#forwarded.term !== term) return undefined;
    const admissions = proposals.map((proposal) => ({
      proposal,
      admission: this.#forwarded.look(from, incarnation, proposal.counter),
    }));
    const known = countersOf(admissions, "seen");
    if (!leads) return { type: "proposeAnswer", incarnation, accepted: known, refused: countersOf(admissions, "new") };
    // Unanswered, they are sent again.
    if (this.isFull) return { type: "proposeAnswer", incarnation, accepted: known, refused: [] };
    const fresh = new Map(
      admissions.filter((each) => each.admission === "new").map(({ proposal }) => [proposal.counter, proposal]),
    );
    for (const counter of fresh.keys()) this.#forwarded.admit(from, incarnation, counter);
    const envelopes = fresh
      .values()
      .map(({ counter, command }) => encodeEnvelope({ proposal: { origin: from, incarnation, counter }, command }));
    if (fresh.size > 0) propose(raft, envelopes.toArray());
    return { type: "proposeAnswer", incarnation, accepted: [...known, ...fresh.keys()], refused: [] };
  }

  /** The answer comes out of `takeReads`. */
  read(from: string, call: CallOf<"read">): void {
    requestRead(this.#raft, `${from} ${call.id}`);
  }

  /** Nothing happens where it is too early or already so: whoever asks looks at the configuration and asks again. */
  changeMembers(term: number, change: MemberChange): void {
    const peers = peersOf(this.#raft);
    if (this.#raft.term !== term || isInEffect(peers, change)) return;
    if (change.type === "add" && this.#departed.has(change.id)) return;
    proposeConfiguration(this.#raft, changePeers(peers, change));
  }

  noteDeparted(ids: readonly string[]): void {
    for (const id of ids) this.#departed.add(id);
  }
}

function countersOf(
  admissions: readonly { proposal: { counter: number }; admission: string }[],
  admission: "new" | "seen",
): number[] {
  return admissions.filter((each) => each.admission === admission).map((each) => each.proposal.counter);
}
