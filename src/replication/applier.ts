/** Between the log and the state machine: applies committed entries, makes checkpoints, takes and gives snapshots. */
import type { Entry, EntryPosition, Peer, Snapshot } from "../raft/message.ts";
import { decodeCommand } from "../store/command.ts";
import type { StateMachine } from "../store/state-machine.ts";
import type { Command, TxnResult } from "../store/types.ts";
import { decodeCheckpointMeta, encodeCheckpointMeta } from "./checkpoint-meta.ts";
import { decodeEnvelope, type ProposalId } from "./encoding/envelope.ts";

/** What became of one entry. */
export interface Applied {
  readonly entry: Entry;
  readonly proposal: ProposalId | undefined;
  readonly command: Command | undefined;
  readonly result: TxnResult;
}

export class Applier {
  readonly machine: StateMachine;
  #term: number;
  #peers: readonly Peer[];
  #checkpointing: Promise<void> | undefined;

  /** Throws `TerminalError` for a checkpoint of another version. */
  constructor(machine: StateMachine) {
    this.machine = machine;
    const { term, peers } = decodeCheckpointMeta(machine.meta);
    this.#term = term;
    this.#peers = peers;
  }

  /** The last applied entry. */
  get position(): EntryPosition {
    return { index: this.machine.appliedIndex, term: this.#term };
  }

  /** The last applied configuration, which therefore is committed. */
  get peers(): readonly Peer[] {
    return this.#peers;
  }

  get durableIndex(): number {
    return this.machine.durableIndex;
  }

  get isCheckpointing(): boolean {
    return this.#checkpointing !== undefined;
  }

  apply(entry: Entry): Applied {
    const envelope = entry.type === "command" ? decodeEnvelope(entry.data) : undefined;
    const command = envelope && decodeCommand(envelope.command);
    const result = this.machine.apply(entry.index, entry.term, command);
    this.#term = entry.term;
    if (entry.type === "configuration") this.#peers = entry.peers;
    return { entry, proposal: envelope?.proposal, command, result };
  }

  /** Makes everything applied so far durable. Writes nothing when it is. */
  async checkpoint(): Promise<void> {
    if (this.machine.durableIndex === this.machine.appliedIndex) return;
    this.#checkpointing = this.machine.checkpoint(this.#meta()).finally(() => {
      this.#checkpointing = undefined;
    });
    await this.#checkpointing;
  }

  /** The state as it is now. Throws when a snapshot replaces it meanwhile. */
  async dump(): Promise<Snapshot> {
    const { index, term } = this.position;
    const peers = this.#peers;
    const dump = await this.machine.dump();
    return { index, term, peers, data: dump.bytes };
  }

  /** Replaces the state, durably. */
  async restore(snapshot: Snapshot): Promise<void> {
    const { term, peers } = snapshot;
    await this.machine.restore(snapshot.data, encodeCheckpointMeta({ term, peers }));
    this.#term = term;
    this.#peers = peers;
  }

  #meta(): string {
    return encodeCheckpointMeta({ term: this.#term, peers: this.#peers });
  }
}
