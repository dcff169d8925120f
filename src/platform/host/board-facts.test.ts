import { describe, expect, it } from "vitest";
import { readBoardFacts } from "./board-facts.ts";

describe("readBoardFacts", () => {
  it("says what every Node must say", async () => {
    const facts = await readBoardFacts("/");
    expect(facts.cpuCount).toBeGreaterThan(0);
    expect(facts.memoryBytes).toBeGreaterThan(64 * 1024 * 1024);
    expect(facts.storageBytes).toBeGreaterThan(0);
    expect(["amd64", "arm64", "arm"]).toContain(facts.arch);
    expect(facts.kernelVersion).toMatch(/^\d+\.\d+/);
    for (const address of facts.addresses) expect(address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });
});
