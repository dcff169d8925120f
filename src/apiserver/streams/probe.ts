/** Finds out whether a client is still there while nothing is read from it, when its going is not heard either. */
import type { Clock } from "../../lib/clock.ts";

/** Writing to whoever is gone fails, the second time at the latest. */
const probeMs = 5000;

/** Calls `ask`, which writes something that needs no answer, again and again; returns what ends that. */
export function probe(clock: Clock, ask: () => void): () => void {
  let cancel = () => {};
  const again = () => {
    cancel = clock.after(probeMs, () => {
      ask();
      again();
    });
  };
  again();
  return () => cancel();
}
