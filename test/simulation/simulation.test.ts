/** 240 seeds of the whole voters, in which everything that can go wrong must also have been seen to. */
import { describe, expect, it } from "vitest";
import { simulate } from "./simulate.ts";
import { Sightings } from "./sometimes.ts";

const sightings = new Sightings();
const seedsATest = 40;

describe("a fleet under faults", () => {
  it.each([1, 41, 81, 121, 161, 201])("keeps every promise: 40 seeds from %i", async (from) => {
    for (let seed = from; seed < from + seedsATest; seed += 1) {
      const report = await simulate(seed);
      expect(report.acknowledgedCount).toBeGreaterThan(20);
      sightings.add(report.sightings);
    }
  });

  it.each([
    "the leader lost power",
    "the leader was isolated",
    "the leader was removed",
    "all voters lost power at once",
    "the fleet was split in two",
    "a voter heard nobody",
    "a voter was not heard",
    "a voter ended in an orderly way",
    "a member was added",
    "a member was removed",
    "a checkpoint was made",
    "a snapshot was installed",
    "a linearizable read on a leader",
    "a linearizable read on a follower",
    "a transaction was answered: committed",
    "a transaction was answered: conflict",
    "a write found no leader",
    "the outcome of a write stayed unknown",
  ])("has seen it: %s", (what) => {
    expect(sightings.counts.get(what) ?? 0).toBeGreaterThan(0);
  });

  it("does the same again for the same seed", async () => {
    const [first, second] = [await simulate(7), await simulate(7)];
    expect(second).toEqual(first);
  });
});

describe("seeds that have failed once", () => {
  it.each([[149, "a checkpoint and a snapshot both removed segments, and the newest went too"]])(
    "seed %i: %s",
    async (seed) => {
      await simulate(seed);
    },
  );
});
