/** Asks any voter on behalf of clients, and holds every answer against those that were given before. */
import { assert } from "../../src/lib/assert.ts";
import { NoLeaderError, OutcomeUnknownError } from "../../src/replication/ports.ts";
import {
  type KeyValue,
  type Revision,
  revision,
  type StoreReader,
  type Txn,
  type TxnResult,
} from "../../src/store/types.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";
import type { Sightings } from "./sometimes.ts";

/** "nothing": the voter has promised that it did not happen and will not. */
export type Outcome = TxnResult | "nothing" | "unknown";

export class Caller {
  acknowledgedCount = 0;
  readonly #sightings: Sightings;
  #revisionSeen = revision(0);

  constructor(sightings: Sightings) {
    this.#sightings = sightings;
  }

  async transact(voter: SimulatedVoter, txn: Txn): Promise<Outcome> {
    const { store } = voter;
    if (store === undefined) return "nothing";
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

  /** What a linearizable read finds; undefined where there was none. It sees every write acknowledged before it began. */
  async read(voter: SimulatedVoter, key: string): Promise<{ readonly found: KeyValue | undefined } | undefined> {
    const { store } = voter;
    if (store === undefined) return undefined;
    const atLeast = this.#revisionSeen;
    try {
      if ((await voter.orDown(store.readBarrier())) === "down") return undefined;
    } catch (error) {
      if (!(error instanceof NoLeaderError)) throw error;
      this.#sightings.sometimes("a read found no leader");
      return undefined;
    }
    this.#see(store.reader, atLeast);
    this.#sightings.sometimes(`a linearizable read on a ${store.leadership.role}`);
    const found = await voter.orDown(store.reader.get(key));
    return found === "down" ? undefined : { found };
  }

  #see(reader: StoreReader, atLeast: Revision): void {
    assert(reader.revision >= atLeast, "a voter shows what it has answered, and every write acknowledged before");
    this.#revisionSeen = revision(Math.max(this.#revisionSeen, atLeast));
  }
}
