/** Ends a wait: with what was waited for, or with the error that took its place. */
export type Settle<T> = (outcome: T | Error) => void;

/**
 * A promise that is settled by whoever `register` hands its end to. If the signal comes first it rejects with the
 * signal's reason, and what `register` returned is called, so that nobody settles it any more.
 */
export function waitUntilSettled<T>(
  signal: AbortSignal | undefined,
  register: (settle: Settle<T>) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    let forget = () => {};
    const onAbort = () => {
      forget();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    forget = register((outcome) => {
      signal?.removeEventListener("abort", onAbort);
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    });
  });
}
