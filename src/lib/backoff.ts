import type { Random } from "./random.ts";

export interface BackoffLimits {
  readonly delayMsMin: number;
  readonly delayMsMax: number;
}

/**
 * How long to wait before try number `attempt` (from 0): doubling from `delayMsMin` to `delayMsMax`, with the upper
 * half drawn by chance, so that a fleet that lost the same peer does not come back in step.
 */
export function backoffMs(limits: BackoffLimits, attempt: number, random: Random): number {
  const ceiling = Math.min(limits.delayMsMax, limits.delayMsMin * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + (ceiling / 2) * random.next();
}
