/** Writes new keys through whichever voters run, remembers what was acknowledged, and audits what the fleet holds. */
import { setTimeout as pause } from "node:timers/promises";
import { revision } from "../../src/store/types.ts";
import type { VoterProcess } from "../support/voter-process.ts";

const writers = 4;
/** Written at once by each writer, so that groups are committed and several writes are under way at a crash. */
const burst = 4;
/** Bounds how much there is to audit, no more. */
const betweenBurstsMs = 20;
const prefix = "/registry/crash/";

export class WriteLoad {
  readonly #voters: readonly VoterProcess[];
  /** The revision that each acknowledged write was told. */
  readonly #acknowledged = new Map<string, number>();
  readonly #attempted = new Set<string>();
  readonly #faults: string[] = [];
  #revisionMax = 0;
  #running: Promise<unknown> | undefined;
  #stopping = new AbortController();

  constructor(voters: readonly VoterProcess[]) {
    this.#voters = voters;
  }

  get acknowledgedCount(): number {
    return this.#acknowledged.size;
  }

  start(): void {
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    this.#running = Promise.all(Array.from({ length: writers }, (_, writer) => this.#write(writer, signal)));
  }

  /** Resolves when every write has its outcome. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /**
   * What is wrong with the fleet's state as `voter` reads it: acknowledged writes that are missing or at another
   * revision, keys nobody wrote, revisions that fell, and writes that took effect twice. While nobody writes.
   */
  async audit(voter: VoterProcess): Promise<readonly string[]> {
    const listing = await voter.list(prefix);
    const found = new Map(listing.items.map(({ key, modRevision }) => [key, modRevision]));
    const lost = [...this.#acknowledged]
      .filter(([key, at]) => found.get(key) !== at)
      .map(([key, at]) => `${key} was acknowledged at ${at}, found at ${found.get(key)}`);
    const foreign = [...found.keys()].filter((key) => !this.#attempted.has(key)).map((key) => `nobody wrote ${key}`);
    const fell = listing.revision < this.#revisionMax ? [`${listing.revision} after ${this.#revisionMax}`] : [];
    // Each key is new, so each write that took effect once is one revision.
    const twice =
      listing.revision === found.size ? [] : [`${found.size} keys were written, ${listing.revision} revisions made`];
    return [...this.#faults, ...lost, ...foreign, ...fell, ...twice];
  }

  async #write(writer: number, signal: AbortSignal): Promise<void> {
    for (let round = 0; !signal.aborted; round += 1) {
      const running = this.#voters.filter(({ isRunning }) => isRunning);
      const voter = running[(writer + round) % running.length];
      if (voter !== undefined) await Promise.all(Array.from({ length: burst }, () => this.#put(voter)));
      await pause(betweenBurstsMs);
    }
  }

  async #put(voter: VoterProcess): Promise<void> {
    const key = `${prefix}${this.#attempted.size}`;
    this.#attempted.add(key);
    const before = this.#revisionMax;
    try {
      const compares = [{ key, modRevision: revision(0) }];
      const result = await voter.transact({ compares, mutations: [{ type: "put", key, value: key }] });
      if (result.kind !== "committed") this.#faults.push(`${key} is new, yet ${JSON.stringify(result)}`);
      else this.#noteAcknowledged(key, result.revision, before);
    } catch {
      // Not acknowledged: it may be there or not.
    }
  }

  #noteAcknowledged(key: string, at: number, before: number): void {
    if (at <= before) this.#faults.push(`${key} was written at ${at}, after ${before} had been told`);
    this.#acknowledged.set(key, at);
    this.#revisionMax = Math.max(this.#revisionMax, at);
  }
}
