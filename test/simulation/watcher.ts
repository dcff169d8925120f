/** A client that follows every change from voter to voter, and objects to what it misses, hears twice or too late. */
import { assert } from "../../src/lib/assert.ts";
import type { Random } from "../../src/lib/random.ts";
import {
  type Revision,
  RevisionUnavailableError,
  revision,
  SlowWatcherError,
  type StoreEvent,
  type StoreReader,
  type WatchBatch,
} from "../../src/store/types.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";
import type { Sightings } from "./sometimes.ts";
import type { VirtualTime } from "./virtual-time.ts";

export class Watcher {
  /** Everything through here is known. */
  reached: Revision = revision(0);
  readonly #prefix: string;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #sightings: Sightings;
  readonly #pickVoter: () => SimulatedVoter | undefined;
  /** What the store holds at `reached`, put together from what was told. */
  readonly #mirror = new Map<string, { readonly value: string; readonly revision: Revision }>();

  constructor(
    prefix: string,
    time: VirtualTime,
    random: Random,
    sightings: Sightings,
    pickVoter: () => SimulatedVoter | undefined,
  ) {
    this.#prefix = prefix;
    this.#time = time;
    this.#random = random;
    this.#sightings = sightings;
    this.#pickVoter = pickVoter;
  }

  /** Goes on as long as the simulation does. */
  async follow(): Promise<never> {
    for (;;) {
      // Some are away for so long that their place is compacted.
      await this.#time.wait(this.#random.below(this.#random.below(6) === 0 ? 3_000 : 60));
      const voter = this.#pickVoter();
      const reader = voter?.store?.reader;
      if (voter === undefined || reader === undefined) continue;
      try {
        await this.#watch(voter, reader);
      } catch (error) {
        if (error instanceof RevisionUnavailableError && error.reason === "future") {
          assert(reader.revision < this.reached, "only what is yet to come is not there yet");
          this.#sightings.sometimes("a watch moved to a voter that was behind");
        } else if (error instanceof RevisionUnavailableError || error instanceof SlowWatcherError) {
          this.#sightings.sometimes("a watch was overtaken by a compaction");
          await this.#list(voter, reader);
        } else throw error;
      }
    }
  }

  /** Compares with what a voter holds at the end. */
  verify(reader: StoreReader, items: readonly { readonly key: string; readonly value: string }[]): void {
    assert(this.reached === reader.revision, "a watch hears of everything in the end");
    const isEqual =
      items.length === this.#mirror.size && items.every((each) => this.#mirror.get(each.key)?.value === each.value);
    assert(isEqual, "what a watch told adds up to what the store holds");
  }

  async #watch(voter: SimulatedVoter, reader: StoreReader): Promise<void> {
    const moving = new AbortController();
    this.#time.after(200 + this.#random.below(4_000), () => moving.abort());
    const stream = reader.watch({ prefix: this.#prefix, after: this.reached, signal: moving.signal });
    const batches = stream[Symbol.asyncIterator]();
    this.#sightings.sometimes("a watch moved");
    for (;;) {
      // Whoever lost power while this reader was slow, even if it is back, has forgotten the watch.
      if (voter.store?.reader !== reader) return;
      const next = await voter.orDown(batches.next());
      if (next === "down" || next.done === true) return;
      this.#note(next.value);
      // A slow reader now and then.
      if (this.#random.below(10) === 0) await this.#time.wait(this.#random.below(500));
    }
  }

  /** Every revision changes something that is watched, so each must come, once and in order. */
  #note({ revision: reached, events }: WatchBatch): void {
    assert(reached > this.reached, "a watch never goes back");
    let last = this.reached;
    for (const event of events) {
      assert(
        event.revision === last || event.revision === last + 1,
        "a watch leaves no revision out, and repeats none",
      );
      assert(event.revision > this.reached, "a watch does not repeat itself");
      last = event.revision;
      this.#apply(event);
    }
    assert(last === reached, "a watch is complete up to what it says");
    this.reached = reached;
  }

  #apply({ type, key, value, previous, revision: at }: StoreEvent): void {
    const before = this.#mirror.get(key);
    if (type === "put") {
      assert(previous === before?.value, "an event says what was there before");
      this.#mirror.set(key, { value, revision: at });
    } else {
      assert(value === before?.value, "a deletion says what was there");
      this.#mirror.delete(key);
    }
  }

  async #list(voter: SimulatedVoter, reader: StoreReader): Promise<void> {
    const listed = await voter.orDown(reader.range({ prefix: this.#prefix }));
    // On a voter that is behind the list would be of the past.
    if (listed === "down" || listed.revision < this.reached) return;
    const unchanged = listed.items.filter((item) => item.modRevision <= this.reached);
    for (const { key, value, modRevision } of unchanged) {
      const known = this.#mirror.get(key);
      assert(known?.value === value && known.revision === modRevision, "a list agrees with what a watch told before");
    }
    this.#mirror.clear();
    for (const { key, value, modRevision } of listed.items) this.#mirror.set(key, { value, revision: modRevision });
    this.reached = listed.revision;
  }
}
