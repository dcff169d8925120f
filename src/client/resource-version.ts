/** Compares `resourceVersion`s, which in this API count the fleet's changes: a larger one shows a later state. */
export function versionNumber(resourceVersion: string | undefined): number {
  const value = Number(resourceVersion ?? "0");
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
