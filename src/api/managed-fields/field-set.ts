/**
 * Sets of field paths, as `managedFields` records who set what. A path is a row of elements in the notation of FieldsV1:
 * `f:name` for a field, `k:{…}` for an element of a list by its keys, `v:…` for one by its value.
 */

/** One level of a set: what is below each element, and whether the element's own path is in the set. */
export type FieldSet = ReadonlyMap<string, FieldNode>;

export interface FieldNode {
  readonly owned: boolean;
  readonly below: FieldSet;
}

export const emptyFieldSet: FieldSet = new Map();
export const leafNode: FieldNode = { owned: true, below: emptyFieldSet };
const notOwned: FieldNode = { owned: false, below: emptyFieldSet };

/** A node, or undefined where it would hold no path at all. */
export function fieldNode(owned: boolean, below: FieldSet): FieldNode | undefined {
  if (below.size > 0) return { owned, below };
  return owned ? leafNode : undefined;
}

export function union(one: FieldSet, other: FieldSet): FieldSet {
  if (one.size === 0 || one === other) return other;
  if (other.size === 0) return one;
  const all = new Map(one);
  for (const [element, node] of other) {
    const known = all.get(element);
    all.set(
      element,
      known === undefined ? node : { owned: known.owned || node.owned, below: union(known.below, node.below) },
    );
  }
  return all;
}

/** The paths of `one` that are not in `other`. Paths below a path of `other` stay unless they are in it themselves. */
export function difference(one: FieldSet, other: FieldSet): FieldSet {
  if (one.size === 0 || other.size === 0) return one;
  return combined(one, ({ owned, below }, match = notOwned) => ({
    owned: owned && !match.owned,
    below: difference(below, match.below),
  }))(other);
}

/** The paths that are in both. */
export function intersection(one: FieldSet, other: FieldSet): FieldSet {
  if (one.size === 0 || other.size === 0) return emptyFieldSet;
  return combined(one, ({ owned, below }, match = notOwned) => ({
    owned: owned && match.owned,
    below: intersection(below, match.below),
  }))(other);
}

function combined(one: FieldSet, combine: (node: FieldNode, match: FieldNode | undefined) => FieldNode) {
  return (other: FieldSet): FieldSet => {
    const kept = new Map<string, FieldNode>();
    for (const [element, node] of one) {
      const { owned, below } = combine(node, other.get(element));
      const rest = fieldNode(owned, below);
      if (rest !== undefined) kept.set(element, rest);
    }
    return kept;
  };
}

export function sameFieldSet(one: FieldSet, other: FieldSet): boolean {
  if (one === other) return true;
  if (one.size !== other.size) return false;
  for (const [element, { owned, below }] of one) {
    const match = other.get(element);
    if (match === undefined || match.owned !== owned || !sameFieldSet(below, match.below)) return false;
  }
  return true;
}

/** Every path of the set, parents first, in the order of the elements' text. */
export function* pathsOf(set: FieldSet, above: readonly string[] = []): Generator<readonly string[], void, undefined> {
  for (const [element, { owned, below }] of sortedElements(set)) {
    const path = [...above, element];
    if (owned) yield path;
    yield* pathsOf(below, path);
  }
}

/** Text is sorted by itself far faster than by a function that compares. */
export function sortedElements(set: FieldSet): (readonly [string, FieldNode])[] {
  const elements = [...set.keys()];
  return elements.sort().map((element) => [element, set.get(element) ?? leafNode]);
}
