/** Sorts as people count: pi-2 comes before pi-10. */
const collator = new Intl.Collator("en", { numeric: true });

export function byName(one: string, other: string): number {
  return collator.compare(one, other);
}

export function sorted<T>(items: Iterable<T>, nameOf: (item: T) => string): readonly T[] {
  return Array.from(items).sort((one, other) => collator.compare(nameOf(one), nameOf(other)));
}
