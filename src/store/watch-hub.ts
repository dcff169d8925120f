/**
 * Watches as cursors over the history that the store keeps anyway.
 *
 * A watch is a revision and a prefix. Nothing is queued for it: when its consumer asks for more, it reads on from
 * where it is, from memory or from the backend. So a slow consumer costs no memory, and holds at most one batch; it
 * ends only when compaction overtakes it.
 */
import type { AppliedState } from "./applied-state.ts";
import { type Revision, SlowWatcherError, type StoreEvent, type WatchBatch, type WatchRequest } from "./types.ts";
import type { Version } from "./version.ts";
import type { VersionIndex } from "./version-index.ts";

/** A batch ends with the revision that reaches one of these; sizes are in UTF-16 units. */
const batchEventsMax = 250;
const batchSizeMax = 500_000;
/** A watch whose prefix does not change still hears of progress, lest its revision be compacted when it resumes. Its request may ask for more. */
const silentRevisionsMax = 100;

interface Change {
  readonly version: Version;
  /** What a put replaced or a delete removed. */
  readonly before: Version | undefined;
}

interface Waiter {
  readonly prefix: string;
  /** The last revision that was looked at, and the last one that the consumer was told of. */
  seen: Revision;
  readonly told: Revision;
  readonly wake: () => void;
  /** There is a revision that concerns it not. */
  readonly notePassed: () => void;
}

interface Waited {
  /** The revision up to which there is nothing for the watch. */
  readonly seen: Revision;
  /** The watch is to be told of that. */
  readonly isProgressDue: boolean;
}

export class WatchHub {
  readonly #state: AppliedState;
  readonly #waiters = new Set<Waiter>();
  #closed = false;

  constructor(state: AppliedState) {
    this.#state = state;
  }

  /** To be called when the index has got `versions`, all of its newest revision. */
  announce(versions: readonly Version[]): void {
    for (const waiter of this.#waiters) {
      const concerned = versions.some((version) => version.key.startsWith(waiter.prefix));
      if (concerned || this.#state.index.revision - waiter.told >= silentRevisionsMax) waiter.wake();
      else waiter.notePassed();
    }
  }

  /** Has every watch look again; to be called when a snapshot has replaced the state. */
  wakeAll(): void {
    for (const waiter of this.#waiters) waiter.wake();
  }

  /** Ends every watch. */
  close(): void {
    this.#closed = true;
    this.wakeAll();
  }

  async *watch(request: WatchRequest): AsyncGenerator<WatchBatch, void, undefined> {
    const { prefix, after, signal } = request;
    if (!signal.aborted) this.#state.index.requireReadable(after);
    let seen = after;
    let told = after;
    let isProgressDue = false;
    while (!signal.aborted && !this.#closed) {
      const { index } = this.#state;
      if (seen < index.compacted) {
        throw new SlowWatcherError(`the watch is at revision ${seen}, and ${index.compacted} has been compacted`);
      }
      const { changes, reached } = nextChanges(index, prefix, seen);
      seen = reached;
      const isWorthTelling = seen - told >= (isProgressDue ? 1 : silentRevisionsMax);
      if (changes.length === 0 && !isWorthTelling) {
        ({ seen, isProgressDue } = await this.#next(request, seen, told));
        continue;
      }
      const events = await this.#events(changes);
      if (signal.aborted) return;
      told = seen;
      isProgressDue = false;
      yield { revision: seen, events };
    }
  }

  /** Resolves when there may be something to tell. */
  #next({ prefix, signal, progress }: WatchRequest, seen: Revision, told: Revision): Promise<Waited> {
    return new Promise((resolve) => {
      let cancelTimer: (() => void) | undefined;
      const finish = (isProgressDue: boolean) => {
        cancelTimer?.();
        this.#waiters.delete(waiter);
        signal.removeEventListener("abort", wake);
        resolve({ seen: waiter.seen, isProgressDue });
      };
      const wake = () => finish(false);
      const startTimer = () => {
        cancelTimer ??= progress?.clock.after(progress.everyMs, () => finish(true));
      };
      const notePassed = () => {
        waiter.seen = this.#state.index.revision;
        startTimer();
      };
      const waiter: Waiter = { prefix, seen, told, wake, notePassed };
      this.#waiters.add(waiter);
      signal.addEventListener("abort", wake, { once: true });
      if (seen > told) startTimer();
    });
  }

  async #events(changes: readonly Change[]): Promise<StoreEvent[]> {
    const puts = changes.flatMap(({ version, before }) => [version, before]).filter(isPut);
    const values = await this.#state.values(puts, true);
    const byVersion = new Map(puts.map((version, at) => [version, values[at] ?? ""]));
    return changes.map(({ version, before }) => {
      const { type, key, createRevision, modRevision } = version;
      const previous = before && byVersion.get(before);
      const event = { type, key, createRevision, revision: modRevision };
      if (type === "delete") return { ...event, value: previous ?? "" };
      return { ...event, value: byVersion.get(version) ?? "", ...(previous !== undefined && { previous }) };
    });
  }
}

function isPut(version: Version | undefined): version is Version {
  return version?.type === "put";
}

/** The changes under `prefix` after `after`, up to a batch; the index is searched up to and including `reached`. */
function nextChanges(index: VersionIndex, prefix: string, after: Revision) {
  const changes: Change[] = [];
  let size = 0;
  for (const version of index.changesAfter(after)) {
    const last = changes.at(-1)?.version.modRevision;
    const full = changes.length >= batchEventsMax || size >= batchSizeMax;
    if (full && last !== undefined && version.modRevision > last) return { changes, reached: last };
    if (!version.key.startsWith(prefix)) continue;
    const before = index.before(version);
    changes.push({ version, before });
    size += version.size + (before?.size ?? 0);
  }
  return { changes, reached: index.revision };
}
