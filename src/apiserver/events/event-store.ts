/**
 * Where events live: in the memory of each voter, outside the Raft log, so that they cost no write to any disk.
 *
 * It looks like the fleet's store to whoever reads, watches and changes it, but for its revisions: each start draws
 * where they begin. A client that comes with a revision of another voter, or of an earlier start, is told that it has
 * expired, and lists again. An event is forgotten an hour after it was last touched, or when there are too many.
 */
import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import { StateMachine } from "../../store/state-machine.ts";
import {
  type Mutation,
  revision,
  type StoreKey,
  type StoreReader,
  type Txn,
  type TxnResult,
} from "../../store/types.ts";
import { type EventCopy, isNewerEvent } from "./event-copy.ts";

export interface EventLimits {
  readonly ageMsMax: number;
  readonly countMax: number;
  /** Of all events together, in UTF-16 units. */
  readonly sizeMax: number;
  /** Revisions of history that a watch can resume from. */
  readonly historyRevisions: number;
}

const defaultLimits: EventLimits = {
  ageMsMax: 3_600_000,
  countMax: 1_000,
  sizeMax: 1_000_000,
  historyRevisions: 250,
};

/** What is too old goes in batches at least this far apart. */
const sweepMsMin = 60_000;
/** 2^19 places to begin at, 2^30 revisions apart: resource versions of at most 15 digits. */
const starts = 0x8_0000 - 1;
const revisionsAStart = 0x4000_0000;
/** Nothing is fenced here: what a leader that is deposed has seen has happened all the same. */
const term = 0;

interface Kept {
  readonly value: string;
  readonly touchedMs: number;
}

export class EventStore {
  readonly #machine: StateMachine;
  readonly #clock: Clock;
  readonly #limits: EventLimits;
  /** In the order in which this voter heard of them. */
  readonly #kept = new Map<StoreKey, Kept>();
  readonly #listeners = new Set<(keys: readonly StoreKey[]) => void>();
  #size = 0;
  #compacted: number;
  #cancelSweep: (() => void) | undefined;

  constructor(clock: Clock, random: Random, limits: Partial<EventLimits> = {}) {
    const first = revision((random.below(starts) + 1) * revisionsAStart);
    this.#machine = StateMachine.volatile(first);
    this.#compacted = first;
    this.#clock = clock;
    this.#limits = { ...defaultLimits, ...limits };
  }

  get reader(): StoreReader {
    return this.#machine.reader;
  }

  /** What this voter has is all that there is to wait for. */
  async readBarrier(): Promise<void> {}

  async transact({ compares, mutations }: Txn): Promise<TxnResult> {
    const result = this.#apply({ compares, mutations }, 0);
    if (result.kind === "committed") {
      const keys = mutations.map(({ key }) => key);
      for (const listener of this.#listeners) listener(keys);
    }
    return result;
  }

  /** Told the keys of what clients of this voter changed; not of what was taken over or forgotten. */
  onChange(listener: (keys: readonly StoreKey[]) => void): void {
    this.#listeners.add(listener);
  }

  /** Undefined for an event that is not there. */
  copyOf(key: StoreKey): EventCopy | undefined {
    const kept = this.#kept.get(key);
    return kept && { key, value: kept.value, ageMs: this.#clock.monotonicMs() - kept.touchedMs };
  }

  copies(): EventCopy[] {
    return Array.from(this.#kept.keys()).flatMap((key) => this.copyOf(key) ?? []);
  }

  /** Whether `copy` tells more than what is known here. */
  lacks({ key, value, ageMs }: EventCopy): boolean {
    const known = this.#kept.get(key)?.value;
    if (known !== undefined) return known !== value && isNewerEvent(value, known);
    return ageMs < this.#limits.ageMsMax;
  }

  /** Takes over what another voter knows better. */
  merge(copies: readonly EventCopy[]): void {
    for (const copy of copies) {
      const { key, value, ageMs } = copy;
      if (this.lacks(copy)) this.#apply({ compares: [], mutations: [{ type: "put", key, value }] }, ageMs);
    }
    // What was taken over may be older than anything before.
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    this.#scheduleSweep();
  }

  /** Forgets what was deleted at another voter. */
  remove(keys: readonly StoreKey[]): void {
    this.#apply({ compares: [], mutations: keys.map((key) => ({ type: "delete", key })) }, 0);
  }

  /** Ends watches and timers. */
  async close(): Promise<void> {
    this.#cancelSweep?.();
    await this.#machine.close();
  }

  #apply(txn: Txn, ageMs: number): TxnResult {
    const result = this.#machine.apply(this.#machine.appliedIndex + 1, term, { type: "txn", txn });
    if (result.kind !== "committed") return result;
    for (const mutation of txn.mutations) this.#note(mutation, ageMs);
    this.#forget(this.#surplus());
    this.#compactIfDue();
    this.#scheduleSweep();
    return result;
  }

  #note(mutation: Mutation, ageMs: number): void {
    const { key } = mutation;
    this.#size -= this.#kept.get(key)?.value.length ?? 0;
    this.#kept.delete(key);
    if (mutation.type === "delete") return;
    this.#size += mutation.value.length;
    this.#kept.set(key, { value: mutation.value, touchedMs: this.#clock.monotonicMs() - ageMs });
  }

  /** The oldest events that are too many. */
  #surplus(): StoreKey[] {
    const { countMax, sizeMax } = this.#limits;
    const keys: StoreKey[] = [];
    let size = this.#size;
    for (const [key, { value }] of this.#kept) {
      if (this.#kept.size - keys.length <= countMax && size <= sizeMax) break;
      keys.push(key);
      size -= value.length;
    }
    return keys;
  }

  #forget(keys: readonly StoreKey[]): void {
    if (keys.length > 0) this.remove(keys);
  }

  #compactIfDue(): void {
    const { historyRevisions, sizeMax } = this.#limits;
    const { revision: current, overlaySize } = this.#machine;
    const isLong = current - this.#compacted >= 2 * historyRevisions;
    // Values of the past are in memory as well: where they are large, history is short.
    const isLarge = overlaySize >= 4 * sizeMax;
    if (!isLong && !isLarge) return;
    this.#compacted = isLarge ? current : current - historyRevisions;
    const command = { type: "compact", revision: revision(this.#compacted) } as const;
    this.#machine.apply(this.#machine.appliedIndex + 1, term, command);
  }

  /** A timer runs only while there is an event. */
  #scheduleSweep(): void {
    if (this.#kept.size === 0 || this.#cancelSweep !== undefined) return;
    const oldestMs = Math.min(...this.#kept.values().map(({ touchedMs }) => touchedMs));
    const dueMs = oldestMs + this.#limits.ageMsMax - this.#clock.monotonicMs();
    this.#cancelSweep = this.#clock.after(Math.max(dueMs, sweepMsMin), () => {
      this.#cancelSweep = undefined;
      this.#sweep();
    });
  }

  #sweep(): void {
    const bornMs = this.#clock.monotonicMs() - this.#limits.ageMsMax;
    const old = Array.from(this.#kept).filter(([, { touchedMs }]) => touchedMs <= bornMs);
    this.#forget(old.map(([key]) => key));
    this.#scheduleSweep();
  }
}
