import fc from "fast-check";
import { describe, it } from "vitest";
import { MemoryDisk, MemoryStateBackend } from "./testing/memory-state-backend.ts";
import { modelProperty } from "./testing/state-machine-model.ts";

describe("StateMachine over memory", () => {
  it("agrees with the naive store over any history", async () => {
    await fc.assert(
      modelProperty(async () => {
        const disk = new MemoryDisk();
        let backend = new MemoryStateBackend(disk);
        return {
          async open() {
            backend = new MemoryStateBackend(disk, () => new Promise(setImmediate));
            return backend;
          },
          async crash(kept) {
            backend.losePower(kept);
          },
        };
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
