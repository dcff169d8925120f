import { setTimeout as pause } from "node:timers/promises";

/**
 * Resolves with the first value of `look` that is neither false nor undefined. Rejects, naming `what`, when there is
 * none within `timeoutMs`; an error that `look` throws meanwhile is part of that message.
 */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  timeoutMs = 5_000,
): Promise<Exclude<T, false | undefined>> {
  const deadlineMs = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value !== false && value !== undefined) return value as Exclude<T, false | undefined>;
    } catch (thrown) {
      last = thrown;
    }
    if (performance.now() > deadlineMs) {
      throw new Error(`not within ${timeoutMs} ms: ${what}${last === undefined ? "" : ` (${String(last)})`}`);
    }
    await pause(5);
  }
}
