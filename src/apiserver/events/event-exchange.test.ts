import { describe, expect, it } from "vitest";
import { eventResource } from "../../api/kinds/event.ts";
import { seededRandom } from "../../lib/random.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import type { Leadership, Member, VoterChannel, VoterId } from "../../replication/ports.ts";
import { revision, type StoreKey } from "../../store/types.ts";
import { divideStored, encodeObject } from "../storage/object-codec.ts";
import { objectKey } from "../storage/object-key.ts";
import { EventExchange } from "./event-exchange.ts";
import { decodeEventMessage } from "./event-message.ts";
import { EventStore } from "./event-store.ts";

type Handler = (from: VoterId, channel: VoterChannel, payload: Uint8Array) => void;

function memberOf(node: string): Member {
  return { id: `${node}.00000001` as VoterId, node, address: `${node}:8883`, role: "voter" };
}

/** Voters with events alone, on a network that can be cut. */
class Voters {
  readonly clock = new VirtualClock();
  readonly members = ["b1", "b2", "b3"].map(memberOf);
  readonly stores = new Map<string, EventStore>();
  readonly cut = new Set<VoterId>();
  messages = 0;
  readonly #handlers = new Map<VoterId, Handler>();
  readonly #leaderships = new Map<VoterId, (leadership: Leadership) => void>();

  constructor() {
    for (const [seed, { id, node }] of this.members.entries()) this.start(id, node, seed);
  }

  start(id: VoterId, node: string, seed: number): void {
    const random = seededRandom(seed + 1);
    const events = new EventStore(this.clock, random);
    this.stores.set(node, events);
    new EventExchange({
      self: id,
      events,
      clock: this.clock,
      random,
      fleet: {
        members: this.members,
        onLeadership: (listener) => {
          this.#leaderships.set(id, listener);
          return () => {};
        },
      },
      transport: {
        send: (to, channel, payload) => {
          this.messages += 1;
          if (!this.cut.has(id) && !this.cut.has(to)) this.#handlers.get(to)?.(id, channel, payload);
        },
        onMessage: (handler) => this.#handlers.set(id, handler),
      },
    });
  }

  of(node: string): EventStore {
    const store = this.stores.get(node);
    if (store === undefined) throw new Error(node);
    return store;
  }

  /** `node` hears of the first voter as its leader. */
  findLeader(node: string): void {
    const [leader] = this.members;
    this.#leaderships.get(memberOf(node).id)?.({ role: "follower", term: 1, leader });
  }

  async put(node: string, name: string, count: number): Promise<void> {
    const value = eventText(name, count);
    await this.of(node).transact({ compares: [], mutations: [{ type: "put", key: keyOf(name), value }] });
  }

  async delete(node: string, name: string): Promise<void> {
    await this.of(node).transact({ compares: [], mutations: [{ type: "delete", key: keyOf(name) }] });
  }

  /** `name×count` of every event that `node` has. */
  seen(node: string): string[] {
    const events = this.of(node)
      .copies()
      .map(({ value }) => JSON.parse(divideStored(value).text));
    return events.map(({ metadata, count }) => `${metadata.name}×${count}`).sort();
  }
}

function keyOf(name: string): StoreKey {
  return objectKey(eventResource, { namespace: "default", name });
}

function eventText(name: string, count: number): string {
  const metadata = { name, namespace: "default" };
  const event = { apiVersion: "v1", kind: "Event", metadata, involvedObject: {}, count };
  return encodeObject(eventResource.schema.parse(event));
}

describe("events of several voters", () => {
  it("are told as they happen, several at a time, and deleted alike", async () => {
    const voters = new Voters();
    await voters.put("b1", "a", 1);
    await voters.put("b1", "a", 2);
    await voters.put("b1", "b", 1);
    voters.clock.advance(1_000);
    expect(voters.messages).toBe(2);
    await voters.put("b2", "a", 3);
    await voters.delete("b3", "b");
    voters.clock.advance(1_000);
    for (const { node } of voters.members) expect(voters.seen(node)).toEqual(["a×3"]);
  });

  it("are compared when a voter finds a leader again: both get what they missed", async () => {
    const voters = new Voters();
    const lost = memberOf("b3").id;
    await voters.put("b1", "old", 1);
    voters.clock.advance(1_000);
    voters.cut.add(lost);
    await voters.put("b1", "a", 1);
    await voters.put("b1", "old", 5);
    await voters.put("b3", "b", 1);
    await voters.put("b3", "old", 4);
    voters.clock.advance(10_000);
    voters.findLeader("b3");
    // Its links are slower than its leader.
    voters.clock.advance(500);
    voters.cut.delete(lost);
    voters.clock.advance(60_000);
    for (const { node } of voters.members) expect(voters.seen(node)).toEqual(["a×1", "b×1", "old×5"]);
  });

  it("come back to a voter that starts anew, with their age", async () => {
    const voters = new Voters();
    await voters.put("b1", "a", 1);
    voters.clock.advance(3_000_000);
    const { id, node } = memberOf("b2");
    voters.start(id, node, 7);
    voters.findLeader("b2");
    expect(voters.seen("b2")).toEqual(["a×1"]);
    voters.clock.advance(700_000);
    expect(voters.seen("b2")).toEqual([]);
  });

  it("cost nothing while none happen, and one small question each when a leader is found", async () => {
    const voters = new Voters();
    await voters.put("b1", "a", 1);
    voters.clock.advance(1_000);
    voters.messages = 0;
    voters.findLeader("b2");
    expect(voters.messages).toBe(4);
    voters.clock.advance(3_600_000);
    expect(voters.messages).toBe(4);
    expect(voters.seen("b1")).toEqual([]);
    expect(voters.clock.pending).toBe(0);
  });
});

describe("a message about events", () => {
  it("brings nothing but events under their own keys", () => {
    const value = eventText("a", 1);
    const good = { key: keyOf("a"), value, ageMs: 5 };
    const decode = (message: unknown) => decodeEventMessage(new TextEncoder().encode(JSON.stringify(message)));
    const secret = { ...good, key: "/registry/core/secrets/default/a" };
    const events = [good, { ...good, key: keyOf("b") }, secret, { ...good, value: "{}" }, { ...good, ageMs: -1 }, 7];
    expect(decode({ type: "changed", events, gone: [] })).toEqual({ type: "changed", events: [good], gone: [] });
    expect(decode({ type: "changed", events: [], gone: [secret.key] })).toBeUndefined();
    expect(decodeEventMessage(Buffer.from("\xff{"))).toBeUndefined();
  });
});

describe("an event store", () => {
  it("forgets the oldest when there are too many, or too large ones", async () => {
    const store = new EventStore(new VirtualClock(), seededRandom(1), { countMax: 3, sizeMax: 1_000 });
    const put = (name: string, value: string) =>
      store.transact({ compares: [], mutations: [{ type: "put", key: keyOf(name), value }] });
    for (const name of ["a", "b", "c", "d"]) await put(name, "x");
    await put("b", "y");
    await put("e", "x");
    const names = () => store.copies().map(({ key }) => key.slice(keyOf("").length));
    expect(names()).toEqual(["d", "b", "e"]);
    await put("f", "x".repeat(999));
    expect(names()).toEqual(["e", "f"]);
  });

  it("keeps a bounded history, and tells a client of another start that its revision is gone", async () => {
    const clock = new VirtualClock();
    const [store, other] = [1, 2].map((seed) => new EventStore(clock, seededRandom(seed), { historyRevisions: 10 }));
    if (store === undefined || other === undefined) throw new Error("two stores");
    const start = store.reader.revision;
    for (let at = 0; at < 50; at += 1) {
      await store.transact({ compares: [], mutations: [{ type: "put", key: keyOf("a"), value: `${at}` }] });
    }
    const { signal } = new AbortController();
    const watch = (after: number) =>
      store.reader
        .watch({ prefix: "/", after: revision(after), signal })
        [Symbol.asyncIterator]()
        .next();
    await expect(watch(start)).rejects.toThrow("compacted");
    await expect(watch(other.reader.revision)).rejects.toThrow(/compacted|ahead/);
    expect((await watch(store.reader.revision - 10)).value).toMatchObject({ events: { length: 10 } });
  });
});
