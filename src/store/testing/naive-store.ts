/** The store as types.ts words it, with every past state kept whole: slow, and simple enough to be believed. */
import {
  type Command,
  type KeyValue,
  type Mutation,
  type RangeRequest,
  type RangeResult,
  type Revision,
  revision,
  type StoreEvent,
  type Txn,
  type TxnResult,
} from "../types.ts";

export class NaiveStore {
  compacted = revision(0);
  readonly #events: StoreEvent[] = [];
  /** By revision. */
  readonly #states: ReadonlyMap<string, KeyValue>[] = [new Map()];

  get revision(): Revision {
    return revision(this.#states.length - 1);
  }

  get(key: string): KeyValue | undefined {
    return this.#states.at(-1)?.get(key);
  }

  apply(term: number, command: Command | undefined): TxnResult {
    if (command?.type === "txn") return this.#transact(term, command.txn);
    if (command?.type === "compact") {
      this.compacted = revision(Math.max(this.compacted, Math.min(command.revision, this.revision)));
    }
    return { kind: "committed", revision: this.revision };
  }

  range({ prefix, after = "", limit = Number.POSITIVE_INFINITY, ...request }: RangeRequest): RangeResult {
    const at = request.revision ?? this.revision;
    const all = Array.from(this.#states[at]?.values() ?? [])
      .filter((item) => item.key.startsWith(prefix) && item.key > after)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    return { items: all.slice(0, limit), revision: at, more: all.length > limit };
  }

  eventsAfter(after: Revision, prefix: string): StoreEvent[] {
    return this.#events.filter((event) => event.revision > after && event.key.startsWith(prefix));
  }

  #transact(term: number, { fence = term, compares, mutations }: Txn): TxnResult {
    if (fence !== term) return { kind: "fenced", term };
    for (const { key, modRevision: expected } of compares) {
      const modRevision = this.get(key)?.modRevision ?? revision(0);
      if (modRevision !== expected) return { kind: "conflict", key, modRevision, revision: this.revision };
    }
    const effective = mutations.filter(({ type, key }) => type === "put" || this.get(key) !== undefined);
    if (effective.length > 0) this.#change(effective);
    return { kind: "committed", revision: this.revision };
  }

  #change(mutations: readonly Mutation[]): void {
    const next = new Map(this.#states.at(-1));
    const modRevision = revision(this.revision + 1);
    for (const mutation of mutations) {
      const { type, key } = mutation;
      const before = next.get(key);
      const createRevision = before?.createRevision ?? modRevision;
      const event = { type, key, createRevision, revision: modRevision };
      if (mutation.type === "delete") {
        next.delete(key);
        this.#events.push({ ...event, value: before?.value ?? "" });
      } else {
        const { value } = mutation;
        next.set(key, { key, value, createRevision, modRevision });
        this.#events.push({ ...event, value, ...(before && { previous: before.value }) });
      }
    }
    this.#states.push(next);
  }
}
