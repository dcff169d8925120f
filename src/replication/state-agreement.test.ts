import { describe, expect, it } from "vitest";
import { changeInventory, takeInventory } from "../store/inventory.ts";
import { headerKey, headerText, parseHeader, parseState, stateKey, stateOperation, valueKey } from "../store/layout.ts";
import type { MemoryDisk } from "../store/testing/memory-state-backend.ts";
import { putVersion } from "../store/version.ts";
import { DamagedVoterError } from "./damaged-voter.ts";
import { isContradicted } from "./state-agreement.ts";
import { VoterTrio } from "./testing/voter-trio.ts";

/** Changes one value, with everything that vouches for it: a state as a bug might have made it, which no checksum tells. */
function goApart(disk: MemoryDisk): void {
  const record = parseState(disk.entries.get(stateKey));
  const [key = "", text = ""] = Array.from(disk.entries).find(([name]) => name.includes("/h/")) ?? [];
  const before = parseHeader({ key, value: text });
  const after = putVersion(before, "what the others do not have");
  const inventory = changeInventory(record.inventory, takeInventory([after]), takeInventory([before]));
  disk.apply([
    { type: "put", key: headerKey(record.generation, after), value: headerText(after) },
    { type: "put", key: valueKey(record.generation, after), value: after.overlay ?? "" },
    stateOperation({ ...record, inventory }),
  ]);
}

describe("fault 37: a voter whose state went apart", () => {
  it.each(["a follower", "the leader"])("stops, and the others go on, when it is %s", async (which) => {
    const trio = new VoterTrio({ stateReportEntries: 8 });
    await trio.startAll();
    const [first, second, odd] = trio.voters;
    if (first === undefined || second === undefined || odd === undefined) throw new Error("three voters");
    await trio.write(first, 3);
    for (const voter of trio.voters) await trio.stop(voter);
    goApart(odd.stateDisk);
    const early = which === "the leader" ? [odd, first] : [first, second];
    for (const voter of early) await trio.start(voter);
    await trio.until(() => VoterTrio.hasLeader(early));
    // Whoever is stopped for a moment does not lead after it.
    while (which === "the leader" && !VoterTrio.hasLeader([odd])) {
      await trio.stop(first);
      await trio.start(first);
      await trio.until(() => VoterTrio.hasLeader(early));
    }
    for (const voter of trio.voters) if (!early.includes(voter)) await trio.start(voter);
    await trio.write(first, 6);
    await trio.until(() => odd.failures.length > 0);
    expect(odd.failures).toEqual([expect.any(DamagedVoterError)]);
    expect(String(odd.failures[0])).toMatch(/bramble join/);
    await trio.until(() => VoterTrio.hasLeader([first, second]));
    await trio.write(second, 20);
    expect(first.failures).toEqual([]);
    expect(second.failures).toEqual([]);
  });
});

describe("voters that agree", () => {
  it("compare notes without writing, and say nothing while nothing changes", async () => {
    const trio = new VoterTrio({ stateReportEntries: 2 });
    await trio.startAll();
    const [first] = trio.voters;
    if (first !== undefined) await trio.write(first, 10);
    expect(trio.voters.flatMap(({ failures }) => failures)).toEqual([]);
  });
});

describe("isContradicted", () => {
  it.each([
    { story: "one of three, both others agree", digests: { a: "x", b: "y", c: "y" }, voters: "abc", odd: true },
    { story: "one of three, of two others one is unheard", digests: { a: "x", b: "y" }, voters: "abc", odd: false },
    { story: "three of three apart", digests: { a: "x", b: "y", c: "z" }, voters: "abc", odd: false },
    { story: "with the majority", digests: { a: "x", b: "x", c: "y" }, voters: "abc", odd: false },
    { story: "one of two", digests: { a: "x", b: "y" }, voters: "ab", odd: false },
    { story: "a learner beside one voter", digests: { a: "x", b: "y" }, voters: "b", odd: true },
    { story: "two of five", digests: { a: "x", b: "x", c: "y", d: "y", e: "y" }, voters: "abcde", odd: true },
  ])("$story: $odd", ({ digests, voters, odd }) => {
    const heard = new Map(Object.entries(digests));
    expect(isContradicted("x", heard, Array.from(voters))).toBe(odd);
  });
});
