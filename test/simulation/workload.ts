/** Clients that write and read through any voter, and remember exactly what they were promised. */
import { assert } from "../../src/lib/assert.ts";
import type { Random } from "../../src/lib/random.ts";
import { type Revision, revision, type StoreReader } from "../../src/store/types.ts";
import { Caller } from "./caller.ts";
import { SharedRegisters } from "./shared-registers.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";
import type { Sightings } from "./sometimes.ts";
import type { VirtualTime } from "./virtual-time.ts";

export const workloadPrefix = "/registry/simulation/";
const counterKey = `${workloadPrefix}counter`;

export class Workload {
  /** Once set, clients end after what they are doing. */
  isOver = false;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #caller: Caller;
  readonly #pickVoter: () => SimulatedVoter | undefined;
  readonly #shared: SharedRegisters;
  /** Of the key, the revision of the change that was promised; undefined once it was deleted. */
  readonly #promised = new Map<string, Revision | undefined>();
  readonly #neverProposed = new Set<string>();
  readonly #registers = new Map<string, Register>();
  /** Increments promised and left open. */
  readonly #increments = { promised: 0, open: 0 };

  constructor(time: VirtualTime, random: Random, sightings: Sightings, pickVoter: () => SimulatedVoter | undefined) {
    this.#time = time;
    this.#random = random;
    this.#caller = new Caller(sightings);
    this.#pickVoter = pickVoter;
    this.#shared = new SharedRegisters(`${workloadPrefix}shared/`, this.#caller, random);
  }

  get acknowledgedCount(): number {
    return this.#caller.acknowledgedCount;
  }

  async runClient(name: string): Promise<void> {
    for (let count = 1; !this.isOver; count += 1) {
      await this.#time.wait(5 + this.#random.below(60));
      const voter = this.#pickVoter();
      if (voter === undefined) continue;
      switch (this.#random.below(8)) {
        case 0:
          await this.#createKey(voter, `${name}-${count}`);
          break;
        case 1:
          await this.#setRegister(voter, name, String(count));
          break;
        case 2:
          await this.#increment(voter);
          break;
        case 3:
          await this.#deleteKey(voter);
          break;
        case 4:
          await this.#readRegister(voter, name);
          break;
        default:
          await this.#shared.call(voter);
      }
    }
  }

  async #createKey(voter: SimulatedVoter, name: string): Promise<void> {
    const key = `${workloadPrefix}key/${name}`;
    // Some values are longer than a sector, so that a torn write really tears.
    const value = "v".repeat(this.#random.below(4) === 0 ? 3_000 : 40);
    const outcome = await this.#caller.transact(voter, {
      compares: [{ key, modRevision: revision(0) }],
      mutations: [{ type: "put", key, value }],
    });
    if (outcome === "nothing") this.#neverProposed.add(key);
    else if (outcome !== "unknown") {
      assert(outcome.kind === "committed", "a write is never made twice");
      this.#promised.set(key, outcome.revision);
    }
  }

  async #deleteKey(voter: SimulatedVoter): Promise<void> {
    const [key] = Array.from(this.#promised.keys()).slice(-1);
    const promised = key === undefined ? undefined : this.#promised.get(key);
    if (key === undefined || promised === undefined) return;
    // Nobody else may take it meanwhile; whether an open deletion happens nobody knows.
    this.#promised.delete(key);
    const outcome = await this.#caller.transact(voter, {
      compares: [{ key, modRevision: promised }],
      mutations: [{ type: "delete", key }],
    });
    if (outcome === "nothing") this.#promised.set(key, promised);
    else if (outcome !== "unknown") {
      assert(outcome.kind === "committed", "what was promised is there, and is deleted once");
      this.#promised.set(key, undefined);
    }
  }

  /** One client alone writes its register, blindly: a write that took effect twice would bring an old value back. */
  async #setRegister(voter: SimulatedVoter, client: string, value: string): Promise<void> {
    const key = `${workloadPrefix}register/${client}`;
    const txn = { compares: [], mutations: [{ type: "put", key, value }] } as const;
    const outcome = await this.#caller.transact(voter, txn);
    if (outcome === "nothing") return;
    const register = this.#registers.get(key) ?? { last: undefined, open: new Set() };
    this.#registers.set(key, register);
    if (outcome === "unknown") register.open.add(value);
    else register.last = value;
  }

  async #readRegister(voter: SimulatedVoter, client: string): Promise<void> {
    const key = `${workloadPrefix}register/${client}`;
    const answer = await this.#caller.read(voter, key);
    if (answer !== undefined) checkRegister(this.#registers.get(key), answer.found?.value);
  }

  async #increment(voter: SimulatedVoter): Promise<void> {
    const { store } = voter;
    if (store === undefined) return;
    const current = await voter.orDown(store.reader.get(counterKey));
    if (current === "down") return;
    const outcome = await this.#caller.transact(voter, {
      compares: [{ key: counterKey, modRevision: current?.modRevision ?? revision(0) }],
      mutations: [{ type: "put", key: counterKey, value: String(Number(current?.value ?? 0) + 1) }],
    });
    if (outcome === "unknown") this.#increments.open += 1;
    else if (outcome !== "nothing" && outcome.kind === "committed") this.#increments.promised += 1;
  }

  /** Compares what a voter holds in the end with everything that was promised. */
  async verify(reader: StoreReader): Promise<void> {
    const { items } = await reader.range({ prefix: workloadPrefix });
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

  verifyOrder(): void {
    this.#shared.verify();
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
