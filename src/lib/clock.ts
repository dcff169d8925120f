/** Time as a room sees it: handed in, never taken, so that the simulation can own it. */
export interface Clock {
  /** Wall time in milliseconds since 1970, which may jump and may be wrong; for timestamps that people read. */
  nowMs(): number;
  /** Milliseconds since an arbitrary start, never falling; for durations and deadlines. */
  monotonicMs(): number;
  /** Runs `action` once, when `monotonicMs` has risen by `delayMs` at least: never early. Returns what cancels it. */
  after(delayMs: number, action: () => void): () => void;
}

/** RFC 3339 in UTC with second precision, as Kubernetes writes `metav1.Time`. */
export type Timestamp = string;

/** Resolves after `delayMs`, or rejects with the signal's reason as soon as it is aborted. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
