import type { Clock } from "../../lib/clock.ts";

/** What was waited for did not come in time. Whether it still comes is unknown. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/**
 * The outcome of `action`, or `DeadlineError` after `deadlineMs`, or the caller's own reason as soon as it aborts.
 * The action is told through its signal, and is not waited for.
 */
export async function withDeadline<T>(
  clock: Clock,
  deadlineMs: number,
  caller: AbortSignal | undefined,
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller?.throwIfAborted();
  const controller = new AbortController();
  const { promise: cutShort, reject } = Promise.withResolvers<never>();
  controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
  const onCallerAbort = () => controller.abort(caller?.reason);
  caller?.addEventListener("abort", onCallerAbort, { once: true });
  const cancel = clock.after(deadlineMs, () =>
    controller.abort(new DeadlineError(`no answer from the fleet within ${deadlineMs / 1000} s`)),
  );
  try {
    return await Promise.race([action(controller.signal), cutShort]);
  } finally {
    cancel();
    caller?.removeEventListener("abort", onCallerAbort);
  }
}
