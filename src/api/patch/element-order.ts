/**
 * Orders a merged list as a patch's `$setElementOrder` wishes: the elements it names in its order, and those that the
 * patch's author did not know of where they were before, ahead of what is new.
 */
export function orderElements(
  elements: readonly unknown[],
  order: readonly unknown[],
  before: readonly unknown[],
  identityOf: (element: unknown) => unknown,
): unknown[] {
  const orderRanks = ranksOf(order);
  const beforeRanks = ranksOf(before);
  const rank = (ranks: ReadonlyMap<string, number>, element: unknown) => ranks.get(identityText(identityOf(element)));
  const named = elements
    .filter((element) => rank(orderRanks, element) !== undefined)
    .toSorted((a, b) => (rank(orderRanks, a) ?? 0) - (rank(orderRanks, b) ?? 0));
  const unnamed = elements.filter((element) => rank(orderRanks, element) === undefined);
  const ordered: unknown[] = [];
  let next = 0;
  for (const element of named) {
    const place = rank(beforeRanks, element);
    // What was ahead of this element stays ahead of it.
    for (; next < unnamed.length; next += 1) {
      const other = rank(beforeRanks, unnamed[next]);
      if (place !== undefined && other !== undefined && place < other) break;
      ordered.push(unnamed[next]);
    }
    ordered.push(element);
  }
  return [...ordered, ...unnamed.slice(next)];
}

function ranksOf(identities: readonly unknown[]): ReadonlyMap<string, number> {
  return new Map(identities.map((identity, rank) => [identityText(identity), rank]));
}

function identityText(identity: unknown): string {
  return JSON.stringify(identity) ?? "";
}
