import type { Writable } from "node:stream";
import type { Clock } from "../../lib/clock.ts";

/** A client that takes longer over one buffer is gone or stuck; it may ask again. */
const drainMsMax = 30_000;

/** Resolves when `sink` takes more, or is closed; one whose reader is stuck is destroyed. */
export function drained(sink: Writable, clock: Clock): Promise<void> {
  if (sink.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = clock.after(drainMsMax, () => sink.destroy());
    const finish = () => {
      cancel();
      sink.off("drain", finish).off("close", finish);
      resolve();
    };
    sink.once("drain", finish).once("close", finish);
  });
}
