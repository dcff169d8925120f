/** Clients that write and read through any voter, and remember exactly what they were promised. */
import { assert } from "../../src/lib/assert.ts";
import type { Random } from "../../src/lib/random.ts";
import { NoLeaderError, OutcomeUnknownError } from "../../src/replication/ports.ts";
import type { ReplicatedVoter } from "../../src/replication/replicated-voter.ts";
import { type Revision, revision, type StoreReader, type Txn, type TxnResult } from "../../src/store/types.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";
import type { Sightings } from "./sometimes.ts";
import type { VirtualTime } from "./virtual-time.ts";

const prefix = "/registry/simulation/";
const counterKey = `${prefix}counter`;

type Outcome = TxnResult | "nothing" | "unknown";

export class Workload {
  /** Once set, clients end after what they are doing. */
  isOver = false;
  acknowledgedCount = 0;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #sightings: Sightings;
  readonly #pickVoter: () => SimulatedVoter | undefined;
  /** Of the key, the revision of the change that was promised. */
  readonly #promised = new Map<string, Revision>();
  readonly #neverProposed = new Set<string>();
  readonly #registers = new Map<string, Register>();
  /** Increments promised and left open. */
  readonly #increments = { promised: 0, open: 0 };
  #revisionSeen = revision(0);

  constructor(time: VirtualTime, random: Random, sightings: Sightings, pickVoter: () => SimulatedVoter | undefined) {
    this.#time = time;
    this.#random = random;
    this.#sightings = sightings;
    this.#pickVoter = pickVoter;
  }

  startClient(name: string): Promise<void> {
    return this.#runClient(name);
  }

  async #runClient(name: string): Promise<void> {
    for (let count = 1; !this.isOver; count += 1) {
      await this.#time.wait(5 + this.#random.below(60));
      const voter = this.#pickVoter();
      const store = voter?.store;
      if (voter === undefined || store === undefined) continue;
      switch (this.#random.below(5)) {
        case 0:
          await this.#createKey(voter, store, `${name}-${count}`);
          break;
        case 1:
          await this.#setRegister(voter, store, name, String(count));
          break;
        case 2:
          await this.#increment(voter, store);
          break;
        default:
          await this.#read(voter, store, name);
      }
    }
  }

  async #createKey(voter: SimulatedVoter, store: ReplicatedVoter, name: string): Promise<void> {
    const key = `${prefix}key/${name}`;
    // Some values are longer than a sector, so that a torn write really tears.
    const value = "v".repeat(this.#random.below(4) === 0 ? 3_000 : 40);
    const outcome = await this.#transact(voter, store, {
      compares: [{ key, modRevision: revision(0) }],
      mutations: [{ type: "put", key, value }],
    });
    if (outcome === "nothing") this.#neverProposed.add(key);
    else if (outcome !== "unknown") {
      assert(outcome.kind === "committed", "a write is never made twice");
      this.#promised.set(key, outcome.revision);
    }
  }

  /** One client alone writes its register, blindly: a write that took effect twice would bring an old value back. */
  async #setRegister(voter: SimulatedVoter, store: ReplicatedVoter, client: string, value: string): Promise<void> {
    const key = `${prefix}register/${client}`;
    const outcome = await this.#transact(voter, store, { compares: [], mutations: [{ type: "put", key, value }] });
    if (outcome === "nothing") return;
    const register = this.#registers.get(key) ?? { last: undefined, open: new Set() };
    this.#registers.set(key, register);
    if (outcome === "unknown") register.open.add(value);
    else register.last = value;
  }

  async #increment(voter: SimulatedVoter, store: ReplicatedVoter): Promise<void> {
    const current = await voter.orDown(store.reader.get(counterKey));
    if (current === "down") return;
    const outcome = await this.#transact(voter, store, {
      compares: [{ key: counterKey, modRevision: current?.modRevision ?? revision(0) }],
      mutations: [{ type: "put", key: counterKey, value: String(Number(current?.value ?? 0) + 1) }],
    });
    if (outcome === "unknown") this.#increments.open += 1;
    else if (outcome !== "nothing" && outcome.kind === "committed") this.#increments.promised += 1;
  }

  /** A read that starts after a write was acknowledged sees it, on whichever voter, and nothing older in its place. */
  async #read(voter: SimulatedVoter, store: ReplicatedVoter, client: string): Promise<void> {
    const atLeast = this.#revisionSeen;
    try {
      if ((await voter.orDown(store.readBarrier())) === "down") return;
    } catch (error) {
      if (!(error instanceof NoLeaderError)) throw error;
      this.#sightings.sometimes("a read found no leader");
      return;
    }
    this.#see(store.reader, atLeast);
    this.#sightings.sometimes(`a linearizable read on a ${store.leadership.role}`);
    const key = `${prefix}register/${client}`;
    const found = await voter.orDown(store.reader.get(key));
    if (found !== "down") checkRegister(this.#registers.get(key), found?.value);
  }

  async #transact(voter: SimulatedVoter, store: ReplicatedVoter, txn: Txn): Promise<Outcome> {
    try {
      const result = await voter.orDown(store.transact(txn));
      if (result === "down") return "unknown";
      if (result.kind !== "fenced") this.#see(store.reader, result.revision);
      this.acknowledgedCount += 1;
      this.#sightings.sometimes(`a transaction was answered: ${result.kind}`);
      return result;
    } catch (error) {
      if (error instanceof NoLeaderError) {
        this.#sightings.sometimes("a write found no leader");
        return "nothing";
      }
      if (!(error instanceof OutcomeUnknownError)) throw error;
      this.#sightings.sometimes("the outcome of a write stayed unknown");
      return "unknown";
    }
  }

  #see(reader: StoreReader, atLeast: Revision): void {
    assert(reader.revision >= atLeast, "a voter shows what it has answered, and every write acknowledged before");
    this.#revisionSeen = revision(Math.max(this.#revisionSeen, atLeast));
  }

  /** Compares what a voter holds in the end with everything that was promised. */
  async verify(reader: StoreReader): Promise<void> {
    const { items } = await reader.range({ prefix });
    const found = new Map(items.map((item) => [item.key, item]));
    for (const [key, promised] of this.#promised) {
      assert(found.get(key)?.modRevision === promised, "no acknowledged write is lost");
    }
    for (const key of this.#neverProposed) {
      assert(!found.has(key), "what was said not to have been proposed does not happen");
    }
    for (const [key, register] of this.#registers) checkRegister(register, found.get(key)?.value);
    const counted = Number(found.get(counterKey)?.value ?? 0);
    const { promised, open } = this.#increments;
    assert(counted >= promised && counted <= promised + open, "every increment that was promised counts once");
  }
}

function checkRegister(register: Register | undefined, value: string | undefined): void {
  const isOpen = value !== undefined && register?.open.has(value) === true;
  assert(value === register?.last || isOpen, "a register holds its last value");
}

interface Register {
  /** The last value that was acknowledged. */
  last: string | undefined;
  /** Values whose outcome was never told: any of them may come late. */
  readonly open: Set<string>;
}
