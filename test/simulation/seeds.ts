/** How the seeds of a test run are shared out. */
import { expect } from "vitest";
import { simulate } from "./simulate.ts";
import { Sightings } from "./sometimes.ts";

const seedsATest = 40;

/** The first seed of each test, where the seeds are those from `from` up to and including `to`, or a few more. */
export function firstSeeds(from: number, to: number): number[] {
  return Array.from({ length: Math.ceil((to + 1 - from) / seedsATest) }, (_, test) => from + test * seedsATest);
}

export async function simulateSome(from: number): Promise<Sightings> {
  const sightings = new Sightings();
  for (let seed = from; seed < from + seedsATest; seed += 1) {
    const report = await simulate(seed);
    expect(report.acknowledgedCount).toBeGreaterThan(20);
    sightings.add(report.sightings);
  }
  return sightings;
}
