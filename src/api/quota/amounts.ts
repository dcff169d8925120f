/** Amounts of several resources at once, added and compared exactly. */
import type { ResourceList } from "../kinds/resource-requirements.ts";
import { addQuantities, formatQuantity, parseQuantity, type Quantity } from "../meta/quantity.ts";

export type Amounts = ReadonlyMap<string, Quantity>;

export const noAmounts: Amounts = new Map();

export function count(value: number): Quantity {
  return { nano: BigInt(value) * 1_000_000_000n, format: "decimal" };
}

/** Text that is no quantity counts as nothing. */
export function amountsOf(list: ResourceList | undefined): Amounts {
  const amounts = new Map<string, Quantity>();
  for (const [name, text] of Object.entries(list ?? {})) {
    const quantity = parseQuantity(text);
    if (quantity !== undefined) amounts.set(name, quantity);
  }
  return amounts;
}

/** Whatever is in either. */
export function sum(one: Amounts, other: Amounts): Amounts {
  const total = new Map(one);
  for (const [name, quantity] of other) {
    const known = total.get(name);
    total.set(name, known === undefined ? quantity : addQuantities(known, quantity));
  }
  return total;
}

export function larger(one: Amounts, other: Amounts): Amounts {
  const largest = new Map(one);
  for (const [name, quantity] of other) {
    const known = largest.get(name);
    if (known === undefined || quantity.nano > known.nano) largest.set(name, quantity);
  }
  return largest;
}

/** What `next` has more than `before`, or less: everything that differs. */
export function difference(next: Amounts, before: Amounts): Amounts {
  const changed = new Map<string, Quantity>();
  for (const name of new Set([...next.keys(), ...before.keys()])) {
    const to = next.get(name) ?? { nano: 0n, format: before.get(name)?.format ?? "decimal" };
    const nano = to.nano - (before.get(name)?.nano ?? 0n);
    if (nano !== 0n) changed.set(name, { nano, format: to.format });
  }
  return changed;
}

export function only(amounts: Amounts, names: ReadonlySet<string>): Amounts {
  return new Map([...amounts].filter(([name]) => names.has(name)));
}

/** Sorted by name, so that the same amounts are the same text. */
export function resourceListOf(amounts: Amounts): ResourceList {
  const sorted = [...amounts].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, quantity]) => [name, formatQuantity(quantity)]));
}
