import { describe, expect, it } from "vitest";
import { silentLogger } from "../lib/logger.ts";
import { eventually } from "../lib/testing/eventually.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { ApiDoor } from "./api-door.ts";
import type { Endpoint } from "./render/rule-table.ts";

const voter = (index: number): Endpoint => ({ address: `10.99.0.${index}`, port: 6443 });

function doorTo(alive: Set<string>) {
  const clock = new VirtualClock();
  const chosen: string[] = [];
  const door = new ApiDoor({
    answers: async ({ address }) => alive.has(address),
    onVoter: ({ address }) => chosen.push(address),
    clock,
    log: silentLogger,
  });
  return { clock, chosen, door };
}

describe("a board's way to the API", () => {
  it("leads to the first voter that answers, and to the next when it no longer does", async () => {
    const alive = new Set(["10.99.0.2", "10.99.0.3"]);
    const { chosen, door } = doorTo(alive);
    door.setVoters([voter(1), voter(2), voter(3)]);
    await eventually("a voter is chosen", () => chosen.length === 1);
    expect(chosen).toEqual(["10.99.0.2"]);
    alive.delete("10.99.0.2");
    door.look();
    await eventually("another is chosen", () => chosen.length === 2);
    expect(chosen).toEqual(["10.99.0.2", "10.99.0.3"]);
    await door.stop();
  });

  it("finds a voter's death by itself, and its own first choice again", async () => {
    const alive = new Set(["10.99.0.1", "10.99.0.2"]);
    const { clock, chosen, door } = doorTo(alive);
    door.setVoters([voter(1), voter(2)]);
    await eventually("a voter is chosen", () => chosen.length === 1);
    alive.delete("10.99.0.1");
    await eventually("another is chosen", () => {
      clock.advance(1_000);
      return chosen.length === 2;
    });
    alive.add("10.99.0.1");
    await eventually("the first is back", () => {
      clock.advance(1_000);
      return chosen.length === 3;
    });
    expect(chosen).toEqual(["10.99.0.1", "10.99.0.2", "10.99.0.1"]);
    await door.stop();
  });

  it("stays where it is while nobody answers", async () => {
    const alive = new Set(["10.99.0.1"]);
    const { clock, chosen, door } = doorTo(alive);
    door.setVoters([voter(1)]);
    await eventually("a voter is chosen", () => chosen.length === 1);
    alive.clear();
    clock.advance(600_000);
    await door.stop();
    expect(chosen).toEqual(["10.99.0.1"]);
  });
});
