/** A range of numbers of which free ones are given out. Its lower band is left to whoever asks for a number by name. */
import type { Random } from "../../lib/random.ts";

export interface NumberRange {
  readonly first: number;
  /** Within the range. */
  readonly last: number;
  /** How many of the lowest are chosen for somebody only when no other is left. */
  readonly staticCount: number;
}

export interface BandRule {
  /** The band is this part of the range… */
  readonly divisor: number;
  /** …but never less than this, nor more than `most`. A range that is no larger than `least` has no band. */
  readonly least: number;
  readonly most: number;
}

/** How many numbers of a range of `size` are the static band, as Kubernetes computes it. */
export function staticBand(size: number, { divisor, least, most }: BandRule): number {
  if (size <= least) return 0;
  return Math.min(Math.max(least, Math.floor(size / divisor)), most);
}

export function isWithin({ first, last }: NumberRange, number: number): boolean {
  return number >= first && number <= last;
}

/**
 * A number that is not taken, undefined where the range is full. It is drawn, so that voters that choose at once seldom
 * choose the same, and so that what was given back is not given to the next one at once.
 */
export function chooseFree(
  { first, last, staticCount }: NumberRange,
  isTaken: (number: number) => boolean,
  random: Random,
): number | undefined {
  const upper = first + staticCount;
  return chooseBetween(upper, last, isTaken, random) ?? chooseBetween(first, upper - 1, isTaken, random);
}

function chooseBetween(
  first: number,
  last: number,
  isTaken: (number: number) => boolean,
  random: Random,
): number | undefined {
  const count = last - first + 1;
  if (count <= 0) return undefined;
  const start = random.below(count);
  for (let step = 0; step < count; step += 1) {
    const number = first + ((start + step) % count);
    if (!isTaken(number)) return number;
  }
  return undefined;
}
