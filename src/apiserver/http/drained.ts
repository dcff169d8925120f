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
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const cancel = clock.after(ms, () => resolve(false));
  const moving = moves(sink).then(() => {
    cancel();
    return true;
  });
  return Promise.race([moving, late]);
}

/** Resolves once `sink` takes more, has sent all or is closed. */
export function moves(sink: Writable): Promise<void> {
  if (sink.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      sink.off("drain", end).off("finish", end).off("close", end);
      resolve();
    };
    sink.once("drain", end).once("finish", end).once("close", end);
  });
}
