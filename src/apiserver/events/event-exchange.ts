/**
 * Keeps the events of all voters alike, as far as messages arrive: each change is told to the others at once, and a
 * voter that finds a leader again compares notes with everybody. While nothing changes, nothing is sent.
 */
import { unreachable } from "../../lib/assert.ts";
import { backoffMs } from "../../lib/backoff.ts";
import type { Clock } from "../../lib/clock.ts";
import { fnv1a } from "../../lib/fnv.ts";
import type { Random } from "../../lib/random.ts";
import type { ReplicatedStore, VoterId, VoterTransport } from "../../replication/ports.ts";
import type { StoreKey } from "../../store/types.ts";
import { decodeEventMessage, type EventMessage, encodeEventMessage, inParts } from "./event-message.ts";
import type { EventStore } from "./event-store.ts";

export interface ExchangeParts {
  readonly self: VoterId;
  readonly events: EventStore;
  readonly transport: Pick<VoterTransport, "send" | "onMessage">;
  readonly fleet: Pick<ReplicatedStore, "members" | "onLeadership">;
  readonly clock: Clock;
  readonly random: Random;
}

/** Changes that come so close together are told in one message. */
const gatherMs = 100;
/** A link may not stand yet when a leader is found. */
const retry = { delayMsMin: 1_000, delayMsMax: 16_000 };
const attemptsMax = 6;

export class EventExchange {
  readonly #parts: ExchangeParts;
  readonly #changed = new Set<StoreKey>();
  /** Those that have not answered yet. */
  readonly #asked = new Set<VoterId>();
  /** What is being told in parts. */
  readonly #heard = new Map<VoterId, Map<StoreKey, string>>();
  readonly #unsubscribe: () => void;
  #cancelTelling: (() => void) | undefined;
  #cancelAsking: (() => void) | undefined;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    parts.events.onChange((keys) => this.#noteChange(keys));
    parts.transport.onMessage((from, channel, payload) => {
      if (channel !== "events" || !this.#others().includes(from)) return;
      const message = decodeEventMessage(payload);
      if (message !== undefined) this.#receive(from, message);
    });
    // A leader is asked by all others, and is told in return what it lacks.
    this.#unsubscribe = parts.fleet.onLeadership((leadership) => {
      if (leadership.role === "follower" && leadership.leader !== undefined) this.#compareWithAll();
    });
  }

  close(): void {
    this.#unsubscribe();
    this.#cancelTelling?.();
    this.#cancelAsking?.();
  }

  #others(): VoterId[] {
    return this.#parts.fleet.members.map(({ id }) => id).filter((id) => id !== this.#parts.self);
  }

  #send(to: VoterId, message: EventMessage): void {
    this.#parts.transport.send(to, "events", encodeEventMessage(message));
  }

  #noteChange(keys: readonly StoreKey[]): void {
    for (const key of keys) this.#changed.add(key);
    this.#cancelTelling ??= this.#parts.clock.after(gatherMs, () => {
      this.#cancelTelling = undefined;
      this.#tell();
    });
  }

  #tell(): void {
    const keys = Array.from(this.#changed);
    this.#changed.clear();
    for (const to of this.#others()) this.#tellTo(to, keys);
  }

  #tellTo(to: VoterId, keys: readonly StoreKey[]): void {
    const copies = keys.map((key) => ({ key, copy: this.#parts.events.copyOf(key) }));
    const gone = copies.filter(({ copy }) => copy === undefined).map(({ key }) => key);
    const parts = inParts(copies.flatMap(({ copy }) => copy ?? []));
    for (const [place, events] of parts.entries()) {
      this.#send(to, { type: "changed", events, gone: place === 0 ? gone : [] });
    }
  }

  #compareWithAll(): void {
    this.#asked.clear();
    this.#heard.clear();
    for (const id of this.#others()) this.#asked.add(id);
    this.#cancelAsking?.();
    this.#ask(0);
  }

  #ask(attempts: number): void {
    this.#cancelAsking = undefined;
    if (this.#asked.size === 0 || attempts === attemptsMax) return;
    const digest = this.#digest();
    for (const id of this.#asked) this.#send(id, { type: "compare", digest });
    const delayMs = backoffMs(retry, attempts, this.#parts.random);
    this.#cancelAsking = this.#parts.clock.after(delayMs, () => this.#ask(attempts + 1));
  }

  #receive(from: VoterId, message: EventMessage): void {
    const { events } = this.#parts;
    switch (message.type) {
      case "compare":
        this.#answer(from, message.digest);
        break;
      case "same":
        this.#asked.delete(from);
        break;
      case "all":
        this.#noteAll(from, message);
        break;
      case "changed":
        events.merge(message.events);
        if (message.gone.length > 0) events.remove(message.gone);
        break;
      default:
        unreachable(message);
    }
  }

  #answer(to: VoterId, digest: string): void {
    if (digest === this.#digest()) {
      this.#send(to, { type: "same" });
      return;
    }
    const parts = inParts(this.#parts.events.copies());
    for (const [place, events] of parts.entries()) {
      this.#send(to, { type: "all", events, isLast: place === parts.length - 1 });
    }
  }

  #noteAll(from: VoterId, { events, isLast }: Extract<EventMessage, { readonly type: "all" }>): void {
    const theirs = this.#heard.get(from) ?? new Map<StoreKey, string>();
    this.#heard.set(from, theirs);
    for (const { key, value } of events) theirs.set(key, value);
    this.#parts.events.merge(events);
    if (!isLast) return;
    this.#heard.delete(from);
    this.#asked.delete(from);
    const better = this.#parts.events.copies().filter(({ key, value }) => theirs.get(key) !== value);
    if (better.length > 0)
      this.#tellTo(
        from,
        better.map(({ key }) => key),
      );
  }

  /** The same for the same events, in whatever order they came. */
  #digest(): string {
    const copies = this.#parts.events.copies();
    const sum = copies.reduce((total, { key, value }) => (total + fnv1a(`${key} ${value}`)) >>> 0, 0);
    return `${copies.length}.${sum}`;
  }
}
