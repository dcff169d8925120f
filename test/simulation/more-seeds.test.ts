import { describe, it } from "vitest";
import { firstSeeds, simulateSome } from "./seeds.ts";

describe("a fleet under faults, in further seeds", () => {
  it.each(firstSeeds(521, 1_000))("keeps every promise: 40 seeds from %i", async (from) => {
    await simulateSome(from);
  });
});
