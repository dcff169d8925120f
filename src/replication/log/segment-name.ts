/** Segment files are numbered in the order in which they were begun. */
export function segmentName(ordinal: number): string {
  return `${String(ordinal).padStart(10, "0")}.segment`;
}

/** Undefined for other files. */
export function segmentOrdinal(name: string): number | undefined {
  const digits = /^(\d{10})\.segment$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
