import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";

/** The longest that `setTimeout` can wait; what is longer it runs at once. */
const timeoutMsMax = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, action) {
    if (delayMs <= 0) {
      // Not a whole millisecond from now, which is what a timer makes of 0.
      const immediate = setImmediate(action);
      return () => clearImmediate(immediate);
    }
    const dueMs = performance.now() + delayMs;
    let timer: NodeJS.Timeout;
    const wait = (restMs: number) => {
      timer = setTimeout(
        () => {
          // Node counts whole milliseconds, and every third timer fires a part of one before its time.
          const stillMs = dueMs - performance.now();
          if (stillMs > 0) wait(stillMs);
          else action();
        },
        Math.min(Math.ceil(restMs), timeoutMsMax),
      );
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};

/** The machine's own chance. */
export const systemRandom: Random = {
  next: () => Math.random(),
  below: (bound) => Math.floor(Math.random() * bound),
};
