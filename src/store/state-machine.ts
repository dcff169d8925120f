/**
 * The replicated state machine: applies the log's commands in memory, and writes the outcome down in checkpoints.
 *
 * What is applied shows to readers at once. What is not yet in a checkpoint is lost with the process, and comes back
 * when the log is replayed from `durableIndex` on: whoever keeps the log may cut it there and nowhere later.
 */
import { assert, unreachable } from "../lib/assert.ts";
import { AppliedReader } from "./applied-reader.ts";
import { AppliedState } from "./applied-state.ts";
import { Checkpoints } from "./checkpoints.ts";
import { decideTxn } from "./decide-txn.ts";
import { removeOtherGenerations, writeGeneration } from "./generations.ts";
import { sameInventory, takeInventory } from "./inventory.ts";
import {
  damagedState,
  headerRange,
  parseHeader,
  parseState,
  type StateRecord,
  stateKey,
  stateOperation,
} from "./layout.ts";
import { nowhere } from "./nowhere.ts";
import { decodeSnapshot, SnapshotHash, SnapshotRefusedError } from "./snapshot-codec.ts";
import { snapshotFrames } from "./snapshot-frames.ts";
import type { StateBackend } from "./state-backend.ts";
import type { Command, Revision, StoreReader, Txn, TxnResult } from "./types.ts";
import type { Version } from "./version.ts";
import { VersionIndex } from "./version-index.ts";
import { WatchHub } from "./watch-hub.ts";

export class StateMachine {
  readonly reader: StoreReader;
  readonly #backend: StateBackend;
  readonly #state: AppliedState;
  readonly #checkpoints: Checkpoints;
  readonly #watches: WatchHub;
  #appliedIndex: number;
  #restoring = false;

  private constructor(backend: StateBackend, record: StateRecord, index: VersionIndex) {
    this.#backend = backend;
    this.#state = new AppliedState(backend, index, record.generation);
    this.#checkpoints = new Checkpoints(backend, this.#state, record);
    this.#watches = new WatchHub(this.#state);
    this.#appliedIndex = record.appliedIndex;
    this.reader = new AppliedReader(this.#state, this.#watches);
  }

  /** Takes up the last checkpoint, or the empty state. Throws `TerminalError` when what is stored is damaged. */
  static async open(backend: StateBackend): Promise<StateMachine> {
    const record = parseState(await backend.get(stateKey));
    await removeOtherGenerations(backend, record.generation);
    const versions: Version[] = [];
    for await (const entry of backend.scan(headerRange(record.generation))) versions.push(parseHeader(entry));
    if (!sameInventory(takeInventory(versions), record.inventory)) throw damagedState("entries are missing");
    const { index, dropped } = VersionIndex.load(versions, record.revision, record.compacted);
    const machine = new StateMachine(backend, record, index);
    machine.#checkpoints.drop(dropped);
    return machine;
  }

  /** One that is never written down and whose history begins after `first`: for what may be lost with the process. */
  static volatile(first: Revision): StateMachine {
    const { index } = VersionIndex.load([], first, first);
    return new StateMachine(nowhere, { ...parseState(undefined), revision: first, compacted: first }, index);
  }

  /** The last entry that was applied: the log is to be replayed after it. */
  get appliedIndex(): number {
    return this.#appliedIndex;
  }

  /** The last entry that a finished checkpoint contains: the log may be cut up to it. */
  get durableIndex(): number {
    return this.#checkpoints.durable.appliedIndex;
  }

  /** What came with the last finished checkpoint or restore. */
  get meta(): string | undefined {
    return this.#checkpoints.durable.meta;
  }

  get revision(): Revision {
    return this.#state.index.revision;
  }

  /**
   * What the state with its history adds up to, kept up at every entry and so free to ask for: replicas that have
   * applied the same entries have the same digest. It tells replicas that went apart, not malice; the first number
   * names the way it is made.
   */
  get digest(): string {
    const { revision, compacted, inventory } = this.#state.index;
    return `1.${revision}.${compacted}.${inventory.versions}.${inventory.checksum.toString(16)}`;
  }

  /** What only memory holds, in UTF-16 units of values; when it grows, a checkpoint is due. */
  get overlaySize(): number {
    return this.#checkpoints.overlaySize;
  }

  /**
   * Applies the entry at `index`, proposed in `term`. Undefined stands for entries without a command, and for those
   * that `decodeCommand` does not know: they change nothing. Equal entries give equal results on every replica.
   */
  apply(index: number, term: number, command: Command | undefined): TxnResult {
    assert(index > this.#appliedIndex, "entries are applied in order, once");
    assert(!this.#restoring, "nothing is applied while a snapshot is being restored");
    this.#appliedIndex = index;
    if (command === undefined) return { kind: "committed", revision: this.revision };
    switch (command.type) {
      case "txn":
        return this.#transact(term, command.txn);
      case "compact":
        this.#checkpoints.drop(this.#state.index.compact(command.revision));
        return { kind: "committed", revision: this.revision };
      default:
        return unreachable(command);
    }
  }

  /**
   * Makes everything applied before this call durable, in one synchronous write, together with `meta`, which stays as
   * it was when left out. Writes nothing when no entry was applied since the last checkpoint and `meta` is the same.
   * After it has failed once it always fails: the process must end and start from what is durable.
   */
  checkpoint(meta?: string): Promise<void> {
    assert(!this.#restoring, "no checkpoint while a snapshot is being restored");
    return this.#checkpoints.write(this.#appliedIndex, meta);
  }

  /** The state as of this call, with the history that is kept, while entries go on being applied. */
  async dump(): Promise<StateDump> {
    const appliedIndex = this.#appliedIndex;
    const parts: Uint8Array[] = [];
    const digest = await this.#readWhole((frames) => parts.push(frames));
    return { appliedIndex, bytes: Buffer.concat([...parts, digest]) };
  }

  /** SHA-256 in hex over the state as of this call: equal on replicas that have applied the same entries. */
  async hash(): Promise<string> {
    return (await this.#readWhole(() => {})).toString("hex");
  }

  /**
   * Replaces the state by a dump, durably; a crash leaves the old state or the new one. Watches go on where the new
   * history reaches back to them. Throws `SnapshotRefusedError`, having changed nothing, for damaged bytes or those of
   * an older state; after any other error the process must end. Nothing may be applied until it resolves.
   */
  async restore(bytes: Uint8Array, meta?: string): Promise<void> {
    assert(!this.#restoring, "one snapshot is restored at a time");
    const { contents, versions } = decodeSnapshot(bytes);
    const { appliedIndex, revision, compacted } = contents;
    if (appliedIndex < this.#appliedIndex || revision < this.revision) {
      throw new SnapshotRefusedError(`the snapshot ends at entry ${appliedIndex}, the state at ${this.#appliedIndex}`);
    }
    const { index } = VersionIndex.load(versions, revision, compacted);
    this.#restoring = true;
    await this.#checkpoints.settled();
    const { durable } = this.#checkpoints;
    await removeOtherGenerations(this.#backend, durable.generation);
    const generation = durable.generation + 1;
    await writeGeneration(this.#backend, generation, versions);
    const position = { generation, appliedIndex, revision, compacted, inventory: takeInventory(versions) };
    const record = { ...durable, ...position, ...(meta !== undefined && { meta }) };
    await this.#backend.write([stateOperation(record)]);
    this.#appliedIndex = appliedIndex;
    this.#state.replace(index, generation);
    this.#checkpoints.rebase(record);
    this.#watches.wakeAll();
    await removeOtherGenerations(this.#backend, generation);
    this.#restoring = false;
  }

  /** Ends watches, waits for the checkpoint under way and closes the backend. Makes no checkpoint. */
  async close(): Promise<void> {
    this.#watches.close();
    try {
      await this.#checkpoints.settled();
    } finally {
      await this.#backend.close();
    }
  }

  #transact(term: number, txn: Txn): TxnResult {
    const { result, versions } = decideTxn(this.#state.index, term, txn);
    for (const version of versions) this.#state.index.add(version);
    this.#checkpoints.add(versions);
    if (versions.length > 0) this.#watches.announce(versions);
    return result;
  }

  /** Hands over the frames of a snapshot as of this call; resolves with their digest. */
  async #readWhole(take: (frames: Uint8Array) => void): Promise<Buffer> {
    const release = this.#checkpoints.hold();
    try {
      const hash = new SnapshotHash();
      for await (const frames of snapshotFrames(this.#state, this.#appliedIndex)) {
        hash.add(frames);
        take(frames);
      }
      return hash.digest();
    } finally {
      release();
    }
  }
}

export interface StateDump {
  /** The last entry that the dump contains. */
  readonly appliedIndex: number;
  readonly bytes: Uint8Array;
}
