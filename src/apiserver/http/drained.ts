import type { Writable } from "node:stream";
import type { Clock } from "../../lib/clock.ts";

/** A client that takes longer over one buffer is gone or stuck; it may ask again. */
const drainMsMax = 30_000;

/** Resolves when `sink` takes more, or is closed; one whose reader is stuck is destroyed. */
export async function drained(sink: Writable, clock: Clock): Promise<void> {
  if (!(await movesWithin(sink, drainMsMax, clock))) sink.destroy();
}

/** Resolves with true once `sink` takes more, has sent all or is closed, with false should none of it happen in time. */
export function movesWithin(sink: Writable, ms: number, clock: Clock): Promise<boolean> {
  if (sink.destroyed) return Promise.resolve(true);
  return new Promise((resolve) => {
    const moves = () => end(true);
    const cancel = clock.after(ms, () => end(false));
    const end = (isMoving: boolean) => {
      cancel();
      sink.off("drain", moves).off("finish", moves).off("close", moves);
      resolve(isMoving);
    };
    sink.once("drain", moves).once("finish", moves).once("close", moves);
  });
}
