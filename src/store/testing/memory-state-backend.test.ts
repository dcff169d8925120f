import { describe, expect, it } from "vitest";
import { MemoryDisk, MemoryStateBackend } from "./memory-state-backend.ts";
import { describeStateBackend } from "./state-backend-conformance.ts";

describeStateBackend("memory", async () => {
  const disk = new MemoryDisk();
  return {
    backend: new MemoryStateBackend(disk),
    reopen: async () => new MemoryStateBackend(disk),
    remove: async () => {},
  };
});

describe("a memory backend that loses power", () => {
  it.each([0, 1, 2])("keeps the first %i of two unfinished writes, whole", async (kept) => {
    const disk = new MemoryDisk();
    const backend = new MemoryStateBackend(disk, () => new Promise(() => {}));
    void backend.write([{ type: "put", key: "a", value: "1" }]);
    void backend.write([
      { type: "put", key: "b", value: "1" },
      { type: "put", key: "c", value: "1" },
    ]);
    expect(disk.entries.size).toBe(0);
    backend.losePower(kept);
    expect(Array.from(disk.entries.keys())).toEqual([[], ["a"], ["a", "b", "c"]][kept]);
  });
});
