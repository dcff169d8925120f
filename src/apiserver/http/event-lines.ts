/**
 * Watch events as the lines that their watchers are sent. Many watch the same collection and are told of one change
 * within moments, of an object that they share, so the last lines are kept for whoever comes next.
 */
import type { ApiWatchEvent } from "../../api/exchange.ts";

/** Some of the largest objects, or hundreds of usual ones. */
const keptBytesMax = 2 * 1024 * 1024;

export class EventLines {
  /** By object and type, oldest first. */
  readonly #kept = new Map<unknown, Map<ApiWatchEvent["type"], Buffer>>();
  #keptBytes = 0;

  lineOf(event: ApiWatchEvent): Buffer {
    const { type, object } = event;
    const known = this.#kept.get(object)?.get(type);
    if (known !== undefined) return known;
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    this.#keep(object, type, line);
    return line;
  }

  #keep(object: unknown, type: ApiWatchEvent["type"], line: Buffer): void {
    const lines = this.#kept.get(object) ?? new Map<ApiWatchEvent["type"], Buffer>();
    lines.set(type, line);
    this.#kept.set(object, lines);
    this.#keptBytes += line.byteLength;
    for (const [oldest, itsLines] of this.#kept) {
      if (this.#keptBytes <= keptBytesMax) return;
      this.#kept.delete(oldest);
      for (const { byteLength } of itsLines.values()) this.#keptBytes -= byteLength;
    }
  }
}
