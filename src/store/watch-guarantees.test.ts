/** What watches promise, as properties of the real state machine: everything in order, once, or a clear end. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DrivenMachine } from "./testing/driven-machine.ts";
import { NaiveStore } from "./testing/naive-store.ts";
import {
  type Command,
  type Mutation,
  type Revision,
  RevisionUnavailableError,
  revision,
  SlowWatcherError,
  type StoreEvent,
  type WatchBatch,
} from "./types.ts";

type Step =
  | { readonly type: "write"; readonly keys: readonly string[]; readonly isDelete: boolean }
  | { readonly type: "compact"; readonly back: number }
  | { readonly type: "checkpoint" }
  /** The second voter applies so many more entries. */
  | { readonly type: "catchUp"; readonly entries: number }
  /** The watch takes what comes next. */
  | { readonly type: "pull" }
  | { readonly type: "move" };

const keys = ["a/1", "a/2", "b/1"];
const steps = {
  write: fc.record({
    type: fc.constant("write" as const),
    keys: fc.subarray(keys, { minLength: 1 }),
    isDelete: fc.boolean(),
  }),
  compact: fc.record({ type: fc.constant("compact" as const), back: fc.nat(5) }),
  checkpoint: fc.constant({ type: "checkpoint" as const }),
  catchUp: fc.record({ type: fc.constant("catchUp" as const), entries: fc.integer({ min: 1, max: 6 }) }),
  pull: fc.constant({ type: "pull" as const }),
  move: fc.constant({ type: "move" as const }),
};

function history(weights: Partial<Record<keyof typeof steps, number>>): fc.Arbitrary<Step[]> {
  const weighted = Object.entries(weights).map(([name, weight]) => {
    return { weight, arbitrary: steps[name as keyof typeof steps] as fc.Arbitrary<Step> };
  });
  return fc.array(fc.oneof(...weighted), { maxLength: 80, size: "max" });
}

/** A voter and what should be in it. */
class Replica {
  readonly naive = new NaiveStore();
  readonly #driven: DrivenMachine;

  private constructor(driven: DrivenMachine) {
    this.#driven = driven;
  }

  static async open(): Promise<Replica> {
    return new Replica(await DrivenMachine.open());
  }

  get machine() {
    return this.#driven.machine;
  }

  apply(command: Command): void {
    this.machine.apply(this.machine.appliedIndex + 1, 1, command);
    this.naive.apply(1, command);
  }
}

type Ending = "compacted" | "future" | undefined;

/** A client that watches and checks; it resumes elsewhere from the last revision that it was told. */
class Client {
  readonly #prefix = "a/";
  readonly #after: Revision;
  readonly #events: StoreEvent[] = [];
  #reached: Revision;
  #replica: Replica;
  #abort = new AbortController();
  #batches: AsyncIterator<WatchBatch>;
  isClosed = false;

  constructor(replica: Replica) {
    this.#replica = replica;
    this.#after = replica.machine.revision;
    this.#reached = this.#after;
    this.#batches = this.#watch();
  }

  /** Takes the next batch, where there is one to come. */
  async pull(): Promise<Ending> {
    const { naive } = this.#replica;
    const isBehind = naive.revision < this.#reached;
    const expected = naive.eventsAfter(this.#reached, this.#prefix);
    const isOvertaken = this.#reached < naive.compacted;
    if (this.isClosed || (expected.length === 0 && !isBehind && !isOvertaken)) return undefined;
    try {
      const { value, done } = await this.#batches.next();
      expect(done).toBe(false);
      this.#take(value, expected);
      return undefined;
    } catch (error) {
      return this.#end(error, { isBehind, isOvertaken });
    }
  }

  move(replica: Replica): void {
    this.#abort.abort();
    this.#replica = replica;
    this.#batches = this.#watch();
  }

  /** All of the history after where it began, and nothing else. */
  check(): void {
    if (this.isClosed) return;
    expect(this.#events).toEqual(this.#replica.naive.eventsAfter(this.#after, this.#prefix));
  }

  #watch(): AsyncIterator<WatchBatch> {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const request = { prefix: this.#prefix, after: this.#reached, signal };
    return this.#replica.machine.reader.watch(request)[Symbol.asyncIterator]();
  }

  #take(batch: WatchBatch, expected: readonly StoreEvent[]): void {
    expect(batch.revision).toBeGreaterThan(this.#reached);
    expect(batch.events).toEqual(expected.filter((event) => event.revision <= batch.revision));
    this.#events.push(...batch.events);
    this.#reached = batch.revision;
  }

  /** It may end for one of two reasons, and then with the error that says so. */
  #end(
    error: unknown,
    { isBehind, isOvertaken }: { readonly isBehind: boolean; readonly isOvertaken: boolean },
  ): Ending {
    if (error instanceof RevisionUnavailableError && error.reason === "future") {
      expect(isBehind).toBe(true);
      this.#batches = this.#watch();
      return "future";
    }
    expect(error instanceof SlowWatcherError || error instanceof RevisionUnavailableError).toBe(true);
    expect(isOvertaken).toBe(true);
    this.isClosed = true;
    return "compacted";
  }
}

class Run {
  readonly endings = new Map<Ending, number>();
  readonly #log: Command[] = [];
  readonly #first: Replica;
  readonly #second: Replica;
  readonly #client: Client;
  #watched: Replica;

  private constructor(first: Replica, second: Replica) {
    this.#first = first;
    this.#second = second;
    this.#watched = first;
    this.#client = new Client(first);
  }

  static async play(history: readonly Step[]): Promise<Run> {
    const run = new Run(await Replica.open(), await Replica.open());
    for (const step of history) await run.#take(step);
    run.#catchUp(run.#log.length);
    for (let pulls = 0; pulls < history.length + 1; pulls += 1) await run.#pull();
    run.#client.check();
    return run;
  }

  async #take(step: Step): Promise<void> {
    switch (step.type) {
      case "write":
        return this.#apply({
          type: "txn",
          txn: { compares: [], mutations: step.keys.map((key) => mutation(key, step)) },
        });
      case "compact":
        return this.#apply({
          type: "compact",
          revision: revision(Math.max(0, this.#first.naive.revision - step.back)),
        });
      case "checkpoint":
        return this.#first.machine.checkpoint();
      case "catchUp":
        return this.#catchUp(step.entries);
      case "pull":
        return this.#pull();
      case "move":
        this.#watched = this.#watched === this.#first ? this.#second : this.#first;
        return this.#client.move(this.#watched);
    }
  }

  #apply(command: Command): void {
    this.#log.push(command);
    this.#first.apply(command);
  }

  #catchUp(entries: number): void {
    const from = this.#second.machine.appliedIndex;
    for (const command of this.#log.slice(from, from + entries)) this.#second.apply(command);
  }

  async #pull(): Promise<void> {
    const ending = await this.#client.pull();
    this.endings.set(ending, (this.endings.get(ending) ?? 0) + 1);
  }
}

function mutation(key: string, { isDelete }: { readonly isDelete: boolean }): Mutation {
  return isDelete ? { type: "delete", key } : { type: "put", key, value: `"${key}"` };
}

/** How often watches ended in which way, over all runs. */
async function play(weights: Parameters<typeof history>[0]): Promise<ReadonlyMap<Ending, number>> {
  const endings = new Map<Ending, number>();
  await fc.assert(
    fc.asyncProperty(history(weights), async (steps) => {
      for (const [ending, count] of (await Run.play(steps)).endings) {
        endings.set(ending, (endings.get(ending) ?? 0) + count);
      }
    }),
    { numRuns: 200 },
  );
  return endings;
}

describe("a watch", () => {
  it("fault 34: delivers every event across compactions, or says that it cannot", async () => {
    const endings = await play({ write: 8, compact: 2, checkpoint: 2, pull: 6 });
    expect(endings.get("compacted")).toBeGreaterThan(0);
    expect(endings.get(undefined)).toBeGreaterThan(0);
  });

  it("fault 35: never travels back in time when it moves to a voter that is behind, which says so", async () => {
    const endings = await play({ write: 8, catchUp: 3, move: 3, pull: 8 });
    expect(endings.get("future")).toBeGreaterThan(0);
    expect(endings.get("compacted")).toBeUndefined();
  });

  it("fault 35: nor when the voters have forgotten some of it", async () => {
    await play({ write: 8, compact: 1, checkpoint: 1, catchUp: 3, move: 3, pull: 8 });
  });

  it("fault 36: that is read slowly is complete or closed, and has no gap", async () => {
    const endings = await play({ write: 20, compact: 1, checkpoint: 1, pull: 1 });
    expect(endings.get("compacted")).toBeGreaterThan(0);
  });
});
