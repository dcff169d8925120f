/** How long a board's failed pod stays before another is tried: longer with each failure, forgotten after calm. */
const delayMsMin = 1000;
const delayMsMax = 900_000;

interface Failures {
  readonly count: number;
  readonly untilMs: number;
}

export class FailedPodBackoff {
  readonly #boards = new Map<string, Failures>();

  /** How much longer each board of the set must wait. `nowMs` is monotonic. */
  waits(setUid: string, nowMs: number): ReadonlyMap<string, number> {
    const waits = new Map<string, number>();
    for (const [key, { untilMs }] of this.#boards) {
      if (nowMs - untilMs > 2 * delayMsMax) this.#boards.delete(key);
      else if (key.startsWith(`${setUid} `)) waits.set(key.slice(setUid.length + 1), Math.max(0, untilMs - nowMs));
    }
    return waits;
  }

  /** A failed pod of the board was removed now. */
  failed(setUid: string, board: string, nowMs: number): void {
    const key = `${setUid} ${board}`;
    const count = (this.#boards.get(key)?.count ?? 0) + 1;
    this.#boards.set(key, { count, untilMs: nowMs + Math.min(delayMsMax, delayMsMin * 2 ** Math.min(count - 1, 20)) });
  }
}
