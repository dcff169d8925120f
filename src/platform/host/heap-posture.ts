/**
 * V8's heap as the work demands it: roomy while a process is busy, small while it idles.
 *
 * With `--optimize-for-size` V8 collects as soon as the heap has grown by a little. That keeps an idle board small, and
 * costs a busy voter half of its processor time. The flag may be changed while the process runs, and the collections
 * themselves tell which of the two it is: nothing has to be asked of a clock while the process idles.
 */
import { totalmem } from "node:os";
import { constants, PerformanceObserver } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock } from "../../lib/clock.ts";

/** What a posture is taken in; V8's own is `v8Heap`. */
export interface Heap {
  /** Lets the heap grow before it is collected. */
  loosen(): void;
  /** Collects early from now on, and gives back at once what is free. */
  tighten(): void;
}

/** So many full collections within `busyWindowMs` are work that a tight heap slows down. */
const majorsMin = 3;
const busyWindowMs = 10_000;
/** A roomy heap is looked at so often, and tightened where it saw no more collections than this meanwhile. */
const quietWindowMs = 10_000;
const quietCollectionsMax = 3;

export class HeapPosture {
  readonly #heap: Heap;
  readonly #clock: Clock;
  #isRoomy = false;
  /** When the last full collections of the tight heap were. */
  #majorsAtMs: number[] = [];
  /** Of a roomy heap, since it was looked at. */
  #collections = 0;
  #cancelLook = () => {};

  constructor(heap: Heap, clock: Clock) {
    this.#heap = heap;
    this.#clock = clock;
  }

  /** Takes the roomy posture at once: whoever starts has work to do. */
  loosen(): void {
    if (this.#isRoomy) return;
    this.#isRoomy = true;
    this.#majorsAtMs = [];
    this.#heap.loosen();
    this.#lookLater();
  }

  /** A collection of the young generation (`minor`), or of all of it, has just ended. */
  collected(generation: "minor" | "major"): void {
    if (this.#isRoomy) {
      this.#collections += 1;
      return;
    }
    if (generation === "minor") return;
    const nowMs = this.#clock.monotonicMs();
    this.#majorsAtMs = [...this.#majorsAtMs.filter((atMs) => nowMs - atMs < busyWindowMs), nowMs];
    if (this.#majorsAtMs.length >= majorsMin) this.loosen();
  }

  stop(): void {
    this.#cancelLook();
  }

  #lookLater(): void {
    this.#collections = 0;
    this.#cancelLook = this.#clock.after(quietWindowMs, () => {
      if (this.#collections > quietCollectionsMax) {
        this.#lookLater();
        return;
      }
      this.#isRoomy = false;
      this.#heap.tighten();
    });
  }
}

/** Where a board has less, its pods need what a roomy heap would take. */
const roomyBoardBytesMin = 1e9;

/** How far beyond what is alive a roomy heap may grow before it is collected. */
const roomyGrowthPercent = 40;

/** The heap of this process. */
export const v8Heap: Heap = {
  loosen() {
    if (totalmem() < roomyBoardBytesMin) return;
    setFlagsFromString(`--heap-growing-percent=${roomyGrowthPercent}`);
    setFlagsFromString("--no-optimize-for-size");
  },
  tighten() {
    setFlagsFromString("--heap-growing-percent=0");
    setFlagsFromString("--optimize-for-size");
    // V8 gives memory back when it collects, and an idle process has no reason to: 60 ms once, not 90 MB for ever.
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    if (typeof collect === "function") collect({ type: "major", flavor: "last-resort" });
  },
};

/** Follows the collections of this process until it is stopped. Begins roomy. */
export function followWork(clock: Clock): { stop(): void } {
  const posture = new HeapPosture(v8Heap, clock);
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const kind = kindOf(entry);
      if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) posture.collected("major");
      else if (kind === constants.NODE_PERFORMANCE_GC_MINOR) posture.collected("minor");
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  posture.loosen();
  return {
    stop() {
      observer.disconnect();
      posture.stop();
    },
  };
}

/** Node's types know no `detail` of entries in general. */
function kindOf(entry: object): unknown {
  const detail: unknown = "detail" in entry ? entry.detail : undefined;
  return typeof detail === "object" && detail !== null && "kind" in detail ? detail.kind : undefined;
}
