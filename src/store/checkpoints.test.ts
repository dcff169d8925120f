import { describe, expect, it } from "vitest";
import { DrivenMachine } from "./testing/driven-machine.ts";
import { MemoryDisk } from "./testing/memory-state-backend.ts";

const aToJ = Array.from("abcdefghij", (letter) => `/${letter}`);

describe("a checkpoint", () => {
  it("is one write, and none when there is nothing new", async () => {
    const driven = await DrivenMachine.open();
    const { machine, disk } = driven;
    await machine.checkpoint();
    expect(disk.written.batches).toBe(0);
    driven.put(aToJ);
    await machine.checkpoint("first");
    expect(disk.written.batches).toBe(1);
    await machine.checkpoint();
    await machine.checkpoint("first");
    expect(disk.written.batches).toBe(1);
    await machine.checkpoint("second");
    expect(disk.written.batches).toBe(2);
    // The log may be cut behind an entry that changed nothing only when the checkpoint says that it was applied.
    machine.apply(machine.appliedIndex + 1, 1, undefined);
    await machine.checkpoint();
    expect(disk.written.batches).toBe(3);
    expect(machine.durableIndex).toBe(11);
  });

  it("holds what was applied before the call, whatever is applied while it is written", async () => {
    const flushed = Promise.withResolvers<void>();
    const driven = await DrivenMachine.open(new MemoryDisk(), () => flushed.promise);
    const { machine, disk } = driven;
    driven.put(["/a", "/b"]);
    const first = machine.checkpoint("at 2");
    driven.put(["/c"]);
    const second = machine.checkpoint("at 3");
    driven.put(["/d"]);
    expect([machine.durableIndex, machine.meta]).toEqual([0, undefined]);
    flushed.resolve();
    await first;
    expect([machine.durableIndex, machine.meta]).toEqual([2, "at 2"]);
    await second;
    const { machine: again } = await DrivenMachine.open(disk);
    expect([again.appliedIndex, again.revision, again.meta]).toEqual([3, 3, "at 3"]);
    expect(await again.reader.get("/c")).toMatchObject({ value: "/c" });
    expect(await again.reader.get("/d")).toBeUndefined();
  });

  it("fails for good once a write has failed, and readers go on", async () => {
    const full = new Error("no space left on device");
    const driven = await DrivenMachine.open(new MemoryDisk(), () => Promise.reject(full));
    driven.put(["/a"]);
    await expect(driven.machine.checkpoint()).rejects.toBe(full);
    driven.put(["/b"]);
    await expect(driven.machine.checkpoint()).rejects.toBe(full);
    expect(driven.machine.durableIndex).toBe(0);
    expect(await driven.machine.reader.get("/b")).toMatchObject({ value: "/b" });
  });

  it("leaves no more values in memory than the cache may hold", async () => {
    const driven = await DrivenMachine.open();
    const { machine, disk } = driven;
    driven.put(aToJ, "x".repeat(1_000_000));
    expect(machine.overlaySize).toBe(10_000_020);
    await machine.checkpoint();
    expect(machine.overlaySize).toBe(0);
    const before = disk.read.values;
    expect((await machine.reader.range({ prefix: "/" })).items).toHaveLength(10);
    expect(disk.read.values - before).toBe(9);
  });

  it("removes what compaction made superfluous, and never writes what came and went before it", async () => {
    const driven = await DrivenMachine.open();
    const { machine, disk } = driven;
    driven.put(aToJ, "1");
    await machine.checkpoint();
    driven.put(aToJ, "2");
    driven.put(aToJ, "3");
    driven.delete(...aToJ.slice(2));
    driven.compact(machine.revision);
    expect(machine.overlaySize).toBe(6);
    await machine.checkpoint();
    // Two keys with a header and a value each, and the state record.
    expect(disk.entries.size).toBe(5);
    expect((await machine.reader.range({ prefix: "/" })).items.map((item) => item.value)).toEqual(["/a3", "/b3"]);
  });
});
