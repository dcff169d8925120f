/** Waits until an informer shows what one has just done, so that the next decision is not made from an older state. */
import type { ApiObject } from "../api/meta/object-meta.ts";
import type { Informer } from "./informer.ts";

/** Resolves once the cache shows the object as deleted or being deleted, or another one of its name. */
export function deletionShown<T extends ApiObject>(
  informer: Informer<T>,
  key: string,
  uid: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const isGone = () => {
    const shown = informer.cache.get(key)?.metadata;
    return shown === undefined || shown.uid !== uid || shown.deletionTimestamp !== undefined;
  };
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (isGone()) return resolve();
    const end = (settle: () => void) => {
      unsubscribe();
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const onAbort = () => end(() => reject(signal.reason));
    const unsubscribe = informer.onChange(() => {
      if (isGone()) end(resolve);
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
