/** Registers that all clients read, write and swap at once; what they were told must have an order (linearizability). */
import { assert } from "../../src/lib/assert.ts";
import type { Random } from "../../src/lib/random.ts";
import { revision, type Txn } from "../../src/store/types.ts";
import { History } from "../linearizability/history.ts";
import type { RegisterOp, Version } from "../linearizability/versioned-register.ts";
import type { Caller, Outcome } from "./caller.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";

/** Then a new register takes its place: writes of unknown outcome stay possible for as long as one is used. */
const callsARegister = 60;
const absent: Version = { value: "", revision: 0 };

export class SharedRegisters {
  readonly #prefix: string;
  readonly #caller: Caller;
  readonly #random: Random;
  readonly #history = new History();
  readonly #known = new Map<string, Version>();
  #callCount = 0;

  constructor(prefix: string, caller: Caller, random: Random) {
    this.#prefix = prefix;
    this.#caller = caller;
    this.#random = random;
  }

  async call(voter: SimulatedVoter): Promise<void> {
    const key = this.#nextKey();
    switch (this.#random.below(5)) {
      case 0:
      case 1:
        return this.#write(voter, key);
      case 2:
        return this.#swap(voter, key);
      default:
        return this.#read(voter, key);
    }
  }

  verify(): void {
    const violations = this.#history.violations();
    assert(violations.length === 0, `registers are linearizable: ${violations.join("; ")}`);
  }

  #nextKey(): string {
    const key = `${this.#prefix}${Math.floor(this.#callCount / callsARegister)}`;
    if (this.#callCount % callsARegister === 0) {
      this.#history.addObject(key, absent);
      this.#known.set(key, absent);
    }
    this.#callCount += 1;
    return key;
  }

  async #read(voter: SimulatedVoter, key: string): Promise<void> {
    const begunAt = this.#history.now();
    const answer = await this.#caller.read(voter, key);
    if (answer === undefined) return;
    const { found } = answer;
    const outcome = found === undefined ? absent : { value: found.value, revision: found.modRevision };
    this.#known.set(key, outcome);
    this.#history.add(key, { op: { type: "read", outcome }, begunAt, endedAt: this.#history.now() });
  }

  async #write(voter: SimulatedVoter, key: string): Promise<void> {
    const begunAt = this.#history.now();
    const value = String(begunAt);
    const outcome = await this.#caller.transact(voter, { compares: [], mutations: [{ type: "put", key, value }] });
    this.#add(key, begunAt, outcome, (learned) => ({ type: "write", value, ...written(learned) }));
  }

  /** Of what this register was last seen as, which is often no longer so. */
  async #swap(voter: SimulatedVoter, key: string): Promise<void> {
    const begunAt = this.#history.now();
    const value = String(begunAt);
    const expected = this.#known.get(key)?.revision ?? 0;
    const txn: Txn = {
      compares: [{ key, modRevision: revision(expected) }],
      mutations: [{ type: "put", key, value }],
    };
    const outcome = await this.#caller.transact(voter, txn);
    this.#add(key, begunAt, outcome, (learned) => {
      const isConflict = learned !== "unknown" && learned.kind === "conflict";
      return { type: "swap", expected, value, ...(isConflict ? { outcome: { kind: "conflict" } } : written(learned)) };
    });
  }

  #add(
    key: string,
    begunAt: number,
    outcome: Outcome,
    describe: (learned: Exclude<Outcome, "nothing">) => RegisterOp,
  ): void {
    // What did not happen is not in the history: whoever reads it all the same has found a broken promise.
    if (outcome === "nothing") return;
    const endedAt = outcome === "unknown" ? undefined : this.#history.now();
    this.#history.add(key, { op: describe(outcome), begunAt, endedAt });
  }
}

function written(outcome: Exclude<Outcome, "nothing">) {
  if (outcome === "unknown" || outcome.kind !== "committed") return {};
  return { outcome: { kind: "written", revision: outcome.revision } } as const;
}
