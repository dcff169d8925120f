/** Follows the ConfigMaps from voter to voter, each time from the last revision it knows, and records what it is told. */
import { setTimeout as pause } from "node:timers/promises";
import { waitUntil } from "../lab/wait-until.ts";
import type { ConfigMapClient, WatchLine } from "./config-map-client.ts";
import type { NamedVersion, WatchRecord } from "./watch-guarantees.ts";

/** Then it moves on to the next voter, whether the watch is well or stuck. */
const stayMs = 2_500;
const afterFailureMs = 100;

interface OpenRecord {
  readonly after: number;
  readonly events: NamedVersion[];
  upTo: number;
}

export class Watcher {
  resumedCount = 0;
  readonly #voters: readonly ConfigMapClient[];
  /** A new one is begun where the fleet had forgotten what came next. */
  readonly #records: OpenRecord[] = [];
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(voters: readonly ConfigMapClient[]) {
    this.#voters = voters;
  }

  get records(): readonly WatchRecord[] {
    return this.#records;
  }

  get upTo(): number {
    return this.#records.at(-1)?.upTo ?? 0;
  }

  /** `first` is the place of the voter that it begins at. */
  start(first: number): void {
    this.#running = this.#follow(first);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #follow(first: number): Promise<void> {
    const { signal } = this.#stopping;
    for (let turn = first; !signal.aborted; turn += 1) {
      const voter = this.#voters[turn % this.#voters.length];
      if (voter === undefined) return;
      try {
        const record = this.#records.at(-1) ?? (await this.#begin(voter));
        await this.#watch(voter, record, AbortSignal.any([signal, AbortSignal.timeout(stayMs)]));
      } catch {
        // Cut off, killed, paused or without a leader: the next voter goes on.
        await pause(afterFailureMs);
      }
    }
  }

  async #begin(voter: ConfigMapClient): Promise<OpenRecord> {
    const after = await voter.revision();
    const record: OpenRecord = { after, events: [], upTo: after };
    this.#records.push(record);
    return record;
  }

  async #watch(voter: ConfigMapClient, record: OpenRecord, signal: AbortSignal): Promise<void> {
    this.resumedCount += 1;
    for await (const line of voter.watch(record.upTo, signal)) {
      if (line.kind === "expired") await this.#begin(voter);
      else note(record, line);
    }
  }
}

function note(record: OpenRecord, line: Exclude<WatchLine, { kind: "expired" }>): void {
  if (line.kind === "event") record.events.push(line.version);
  record.upTo = Math.max(record.upTo, line.kind === "event" ? line.version.revision : line.revision);
}

/** Waits until all have been told of everything up to `revision`. */
export function untilToldOf(revision: number, watchers: readonly Watcher[]): Promise<void> {
  return waitUntil(`watches reach revision ${revision}`, 30_000, () => watchers.every(({ upTo }) => upTo >= revision));
}
