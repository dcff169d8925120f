/** Random histories of a state machine on any backend, compared step by step with the naive store. */
import fc from "fast-check";
import { expect } from "vitest";
import type { StateBackend } from "../state-backend.ts";
import { StateMachine } from "../state-machine.ts";
import { type Command, type Revision, RevisionUnavailableError, revision, SlowWatcherError } from "../types.ts";
import { NaiveStore } from "./naive-store.ts";
import { WatchCollector } from "./watch-collector.ts";

/** Storage of one replica. */
export interface ModelStorage {
  open(): Promise<StateBackend>;
  /** Ends the backend that was opened last as a crash does; `kept` unfinished writes may have reached the disk. */
  crash(kept: number): Promise<void>;
}

const keys = ["a/1", "a/2", "a/3", "b/1", "b/2", "b"];
const prefixes = ["", "a/", "b", "b/", "c"];
const key = fc.constantFrom(...keys);

const mutation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant("put" as const), key, value: fc.json({ maxDepth: 1 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("delete" as const), key }) },
);

const txn = fc.record({
  type: fc.constant("txn" as const),
  compares: fc.array(fc.record({ key, expect: fc.constantFrom("actual", "actual", "absent", "other") }), {
    maxLength: 2,
  }),
  mutations: fc.uniqueArray(mutation, { maxLength: 4, selector: (each) => each.key }),
  fence: fc.constantFrom(undefined, undefined, undefined, "current", "old"),
});

const step = fc.oneof(
  { weight: 12, arbitrary: txn },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("compact" as const), back: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("noop" as const, "newTerm" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("checkpoint" as const),
      meta: fc.option(fc.string()),
      wait: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("crash" as const), kept: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("transfer" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("read" as const),
      prefix: fc.constantFrom(...prefixes),
      after: fc.option(fc.constantFrom(...keys), { nil: undefined }),
      limit: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      back: fc.nat(8),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Holds when the state machine agrees with the naive store over any history. */
export function modelProperty(createStorage: () => Promise<ModelStorage>) {
  return fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
    const run = await ModelRun.start(createStorage);
    for (const each of steps) await run.take(each);
    await run.finish();
  });
}

class ModelRun {
  readonly #naive = new NaiveStore();
  readonly #log: { index: number; term: number; command: Command | undefined }[] = [];
  readonly #createStorage: () => Promise<ModelStorage>;
  #storage: ModelStorage;
  #machine: StateMachine;
  #watch: WatchCollector;
  #reads: Promise<void>[] = [];
  #term = 1;
  #meta: string | undefined;

  private constructor(createStorage: () => Promise<ModelStorage>, storage: ModelStorage, machine: StateMachine) {
    this.#createStorage = createStorage;
    this.#storage = storage;
    this.#machine = machine;
    this.#watch = new WatchCollector(machine.reader, "a/", machine.revision);
  }

  static async start(createStorage: () => Promise<ModelStorage>): Promise<ModelRun> {
    const storage = await createStorage();
    return new ModelRun(createStorage, storage, await StateMachine.open(await storage.open()));
  }

  async take(step: Step): Promise<void> {
    switch (step.type) {
      case "txn":
        return this.#apply({ type: "txn", txn: this.#resolve(step) });
      case "compact":
        return this.#apply({ type: "compact", revision: this.#back(step.back) });
      case "noop":
        return this.#apply(undefined);
      case "newTerm":
        this.#term += 1;
        return;
      case "checkpoint": {
        this.#meta = step.meta ?? this.#meta;
        const writing = this.#machine.checkpoint(step.meta ?? undefined);
        if (step.wait) return writing;
        // Goes on beside the next steps, and fails where a crash comes first.
        writing.catch(() => {});
        return;
      }
      case "read":
        this.#reads.push(this.#read(step));
        return;
      case "crash":
        return this.#crash(step.kept);
      case "transfer":
        return this.#transfer();
    }
  }

  async finish(): Promise<void> {
    for (let at = this.#naive.compacted; at <= this.#naive.revision; at = revision(at + 1)) {
      expect(await this.#machine.reader.range({ prefix: "", revision: at })).toEqual(
        this.#naive.range({ prefix: "", revision: at }),
      );
      await this.#checkHistory(at, "");
    }
    for (const key of keys) expect(await this.#machine.reader.get(key)).toEqual(this.#naive.get(key));
    await this.#crash(0);
    await this.#endWatch();
    await this.#machine.close();
  }

  #apply(command: Command | undefined): void {
    const entry = { index: this.#log.length + 1, term: this.#term, command };
    this.#log.push(entry);
    const expected = this.#naive.apply(this.#term, command);
    expect(this.#machine.apply(entry.index, entry.term, command)).toEqual(expected);
    expect(this.#machine.revision).toBe(this.#naive.revision);
  }

  #resolve({ compares, mutations, fence }: Extract<Step, { type: "txn" }>) {
    const expected = {
      actual: (key: string) => this.#naive.get(key)?.modRevision ?? revision(0),
      absent: () => revision(0),
      other: () => revision(this.#naive.revision + 1),
    };
    return {
      compares: compares.map(({ key, expect }) => ({ key, modRevision: expected[expect as "actual"](key) })),
      mutations,
      ...(fence !== undefined && { fence: fence === "current" ? this.#term : this.#term - 1 }),
    };
  }

  /** Begins now, beside whatever follows. */
  async #read({ back, prefix, after, limit }: Extract<Step, { type: "read" }>): Promise<void> {
    const at = this.#back(back);
    const request = {
      prefix,
      revision: at,
      ...(after !== undefined && { after }),
      ...(limit !== undefined && { limit }),
    };
    if (at < this.#naive.compacted) {
      await expect(this.#machine.reader.range(request)).rejects.toThrow(RevisionUnavailableError);
      return;
    }
    const expected = this.#naive.range(request);
    expect(await this.#machine.reader.range(request)).toEqual(expected);
  }

  async #checkHistory(after: Revision, prefix: string): Promise<void> {
    const expected = this.#naive.eventsAfter(after, prefix);
    const watch = new WatchCollector(this.#machine.reader, prefix, after);
    await watch.until(() => watch.events.length >= expected.length);
    expect(await watch.stop()).toBeUndefined();
    expect(watch.events).toEqual(expected);
  }

  async #crash(kept: number): Promise<void> {
    const before = await this.#machine.hash();
    const { digest } = this.#machine;
    await this.#endWatch();
    await this.#storage.crash(kept);
    this.#machine = await StateMachine.open(await this.#storage.open());
    for (const { index, term, command } of this.#log.slice(this.#machine.appliedIndex)) {
      this.#machine.apply(index, term, command);
    }
    expect(await this.#machine.hash()).toBe(before);
    expect(this.#machine.digest).toBe(digest);
    this.#watch = new WatchCollector(this.#machine.reader, "a/", this.#machine.revision);
  }

  async #transfer(): Promise<void> {
    const { appliedIndex, bytes } = await this.#machine.dump();
    const storage = await this.#createStorage();
    const replica = await StateMachine.open(await storage.open());
    for (const { index, term, command } of this.#log.slice(0, appliedIndex / 2)) replica.apply(index, term, command);
    if (appliedIndex % 2 === 0) await replica.checkpoint("before");
    await replica.restore(bytes, this.#meta ?? "transferred");
    expect(replica.meta).toBe(this.#meta ?? "transferred");
    expect(replica.durableIndex).toBe(appliedIndex);
    expect(await replica.hash()).toBe(await this.#machine.hash());
    expect(replica.digest).toBe(this.#machine.digest);
    await this.#endWatch();
    await this.#machine.close();
    this.#storage = storage;
    this.#machine = replica;
    this.#watch = new WatchCollector(replica.reader, "a/", replica.revision);
  }

  async #endWatch(): Promise<void> {
    await Promise.all(this.#reads);
    this.#reads = [];
    const watch = this.#watch;
    const expected = this.#naive.eventsAfter(watch.after, "a/");
    const last = expected.at(-1)?.revision ?? 0;
    await watch.until(() => watch.reached >= last);
    const outcome = await watch.stop();
    if (outcome instanceof SlowWatcherError) return;
    expect(outcome).toBeUndefined();
    expect(watch.events).toEqual(expected);
  }

  #back(steps: number): Revision {
    return revision(Math.max(0, this.#naive.revision - steps));
  }
}
