/** Seeds of the whole voters, in which everything that can go wrong must also have been seen to. */
import { describe, expect, it } from "vitest";
import { firstSeeds, simulateSome } from "./seeds.ts";
import { simulate } from "./simulate.ts";
import { Sightings } from "./sometimes.ts";

const sightings = new Sightings();

describe("a fleet under faults", () => {
  // The other seeds are in files of their own, which run beside this one.
  it.each(firstSeeds(1, 500))("keeps every promise: 40 seeds from %i", async (from) => {
    sightings.add(await simulateSome(from));
  });

  it.each([
    "the leader lost power",
    "the leader was isolated",
    "a living leader was said to have ended",
    "the leader was removed",
    "the leader stood still for a while",
    "all voters lost power at once",
    "the fleet was split in two",
    "a clock jumped",
    "a disk became slow",
    "a voter heard nobody",
    "a voter was not heard",
    "a voter ended in an orderly way",
    "a voter stood still for a while",
    "a voter lost power right after its vote",
    "a voter lost power right after its entries were replaced",
    "a leader was lost right after a commit",
    "a member was added",
    "a member was removed",
    "a voter was removed and did not hear of it",
    "configurations were committed",
    "leadership was handed over",
    "entries were replaced by a new leader's",
    "a leader stepped back over a conflict",
    "a checkpoint was made",
    "a segment was written over",
    "a snapshot was installed",
    "a linearizable read on a leader",
    "a linearizable read on a follower",
    "a transaction was answered: committed",
    "a transaction was answered: conflict",
    "a write found no leader",
    "the outcome of a write stayed unknown",
    "a watch moved",
    "a watch moved to a voter that was behind",
    "a watch was overtaken by a compaction",
    "states were compared",
  ])("has seen it: %s", (what) => {
    expect(sightings.counts.get(what) ?? 0).toBeGreaterThan(0);
  });

  it("does the same again for the same seed", async () => {
    const [first, second] = [await simulate(7), await simulate(7)];
    expect(second).toEqual(first);
  });
});
