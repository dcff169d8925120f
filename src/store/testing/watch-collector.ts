/** Follows a watch and checks what every watch promises: whole revisions, in order, once. */
import { assert } from "../../lib/assert.ts";
import type { Revision, StoreEvent, StoreReader } from "../types.ts";

export class WatchCollector {
  readonly events: StoreEvent[] = [];
  /** Resolves when the watch has ended, with the error that ended it. */
  readonly ended: Promise<unknown>;
  readonly after: Revision;
  reached: Revision;
  readonly #abort = new AbortController();
  readonly #changed = new Set<() => void>();

  constructor(reader: StoreReader, prefix: string, after: Revision) {
    this.after = after;
    this.reached = after;
    this.ended = this.#follow(reader, prefix).catch((error: unknown) => error);
  }

  stop(): Promise<unknown> {
    this.#abort.abort();
    return this.ended;
  }

  /** Resolves when `condition` holds, or the watch has ended. */
  async until(condition: () => boolean): Promise<void> {
    const ended = this.ended.then(() => "ended" as const);
    while (!condition()) {
      const changed = new Promise<void>((resolve) => this.#changed.add(resolve));
      if ((await Promise.race([changed, ended])) === "ended") return;
    }
  }

  async #follow(reader: StoreReader, prefix: string): Promise<void> {
    for await (const batch of reader.watch({ prefix, after: this.reached, signal: this.#abort.signal })) {
      assert(batch.revision > this.reached, "each batch reaches further than the one before");
      let last = this.reached + 1;
      for (const event of batch.events) {
        assert(event.key.startsWith(prefix), "events are of the prefix");
        assert(event.revision >= last, "events come in order, and none again");
        last = event.revision;
      }
      assert(last <= batch.revision, "events are of the revisions that the batch completes");
      this.events.push(...batch.events);
      this.reached = batch.revision;
      for (const resolve of this.#changed) resolve();
      this.#changed.clear();
    }
  }
}
