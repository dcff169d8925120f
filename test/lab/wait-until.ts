import { setTimeout as pause } from "node:timers/promises";

/** Asks `holds` until it says yes, at most for `timeoutMs`; then throws, naming `what` should have come true. */
export async function waitUntil(
  what: string,
  timeoutMs: number,
  holds: () => boolean | Promise<boolean>,
  everyMs = 50,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await pause(everyMs);
  }
}
