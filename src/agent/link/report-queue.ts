/** What the board has to say and nobody has acknowledged yet: only the newest word about each object is kept. */
import type { ReportItem } from "../../api/board-link.ts";

/** While the board is cut off, the oldest events give way; statuses never do. */
const eventsMax = 500;
const itemsPerReport = 200;

export class ReportQueue {
  readonly #waiting = new Map<string, ReportItem>();
  #inFlight = new Map<string, ReportItem>();

  add(item: ReportItem): void {
    const key = keyOf(item);
    // Deleted first, so that a newer word about an object also takes a later place.
    this.#waiting.delete(key);
    if (item.type === "podGone") this.#waiting.delete(`status ${item.uid}`);
    if (item.type === "event") this.#makeRoom();
    this.#waiting.set(key, item);
  }

  #makeRoom(): void {
    const events = [...this.#waiting.keys()].filter((key) => key.startsWith("event "));
    for (const key of events.slice(0, Math.max(0, events.length - eventsMax + 1))) this.#waiting.delete(key);
  }

  /** The items of the next report; undefined while one is on its way or when there is nothing to say. */
  take(): readonly ReportItem[] | undefined {
    if (this.#inFlight.size > 0 || this.#waiting.size === 0) return undefined;
    for (const [key, item] of this.#waiting) {
      if (this.#inFlight.size === itemsPerReport) break;
      this.#inFlight.set(key, item);
      this.#waiting.delete(key);
    }
    return [...this.#inFlight.values()];
  }

  /** The report on its way is committed. */
  acknowledge(): void {
    this.#inFlight.clear();
  }

  /** The report on its way may be lost: its items are waiting again, unless something newer was said since. */
  restore(): void {
    const later = [...this.#waiting];
    this.#waiting.clear();
    for (const [key, item] of this.#inFlight) this.#waiting.set(key, item);
    this.#inFlight = new Map();
    for (const [, item] of later) this.add(item);
  }

  get size(): number {
    return this.#waiting.size + this.#inFlight.size;
  }
}

function keyOf(item: ReportItem): string {
  switch (item.type) {
    case "node":
      return "node";
    case "podStatus":
      return `status ${item.uid}`;
    case "podGone":
      return `gone ${item.uid}`;
    case "volumeGone":
      return `volume ${item.uid}`;
    case "event":
      return `event ${JSON.stringify(item.event["metadata"] ?? item.event)}`;
  }
}
