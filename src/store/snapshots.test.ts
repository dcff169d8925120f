import { describe, expect, it } from "vitest";
import { SnapshotRefusedError } from "./snapshot-codec.ts";
import { DrivenMachine } from "./testing/driven-machine.ts";
import { MemoryDisk } from "./testing/memory-state-backend.ts";

const keys = Array.from({ length: 3000 }, (_, at) => `/${at}`);

async function openLeader(): Promise<DrivenMachine> {
  const driven = await DrivenMachine.open();
  driven.put(keys, `x${"y".repeat(1000)}`);
  driven.compact(500);
  driven.delete("/7", "/8");
  return driven;
}

describe("restoring a snapshot", () => {
  it("leaves the old state or the new one, wherever the power fails", async () => {
    const leader = await openLeader();
    const { bytes } = await leader.machine.dump();
    const outcomes: string[] = [];
    for (let writesMax = 0; outcomes.at(-1) !== "done"; writesMax += 1) {
      const disk = new MemoryDisk();
      const follower = await DrivenMachine.open(disk);
      follower.put(["/old", "/7"]);
      await follower.machine.checkpoint("old");
      const old = await follower.machine.hash();

      const stopped = Promise.withResolvers<"stopped">();
      const crashing = await DrivenMachine.open(disk, async () => {
        if (disk.written.batches - 1 < writesMax) return;
        stopped.resolve("stopped");
        await new Promise(() => {});
      });
      const restored = crashing.machine.restore(bytes, "new").then(() => "done" as const);
      const outcome = await Promise.race([restored, stopped.promise]);
      crashing.backend.losePower();

      const { machine } = await DrivenMachine.open(disk);
      expect(machine.meta === "new" ? await leader.machine.hash() : old).toBe(await machine.hash());
      expect(Array.from(disk.entries.keys()).some((key) => key.startsWith("000000"))).toBe(machine.meta === "old");
      expect(machine.appliedIndex).toBe(machine.meta === "new" ? 3002 : 2);
      outcomes.push(outcome === "done" ? outcome : (machine.meta ?? ""));
    }
    // Old as long as the new generation is filled, then new, while the old one is removed.
    expect(outcomes.join(" ")).toMatch(/^old (old )+(new )+done$/);
  });

  it("comes after the checkpoint that is being written", async () => {
    const leader = await openLeader();
    const gate = Promise.withResolvers<void>();
    let writes = 0;
    const disk = new MemoryDisk();
    const follower = await DrivenMachine.open(disk, () => {
      writes += 1;
      return writes === 1 ? gate.promise : Promise.resolve();
    });
    follower.put(["/old"]);
    const checkpoint = follower.machine.checkpoint("old");
    const restore = follower.machine.restore((await leader.machine.dump()).bytes, "new");
    await new Promise(setImmediate);
    gate.resolve();
    await Promise.all([checkpoint, restore]);
    const { machine } = await DrivenMachine.open(disk);
    expect([machine.meta, await machine.hash()]).toEqual(["new", await leader.machine.hash()]);
  });

  it("takes the state as of the call, though it goes on changing, being compacted and written", async () => {
    const leader = await openLeader();
    await leader.machine.checkpoint();
    const hash = await leader.machine.hash();
    const dumping = leader.machine.dump();
    leader.put(keys, "later");
    leader.compact(leader.machine.revision);
    await leader.machine.checkpoint();
    const kept = leader.disk.entries.size;
    const follower = await DrivenMachine.open();
    await follower.machine.restore((await dumping).bytes);
    expect(await follower.machine.hash()).toBe(hash);
    // What had to stay for the dump goes with the next checkpoint, also that of the next process.
    const { machine: again } = await DrivenMachine.open(leader.disk);
    expect(leader.disk.entries.size).toBe(kept);
    again.apply(again.appliedIndex + 1, 1, undefined);
    await again.checkpoint();
    expect(leader.disk.entries.size).toBe(2 * keys.length + 1);
  });

  it("is refused when it is damaged or older, and changes nothing", async () => {
    const old = await DrivenMachine.open();
    old.put(["/a"]);
    const { bytes } = await old.machine.dump();
    const driven = await DrivenMachine.open();
    driven.put(["/b", "/c"]);
    await driven.machine.checkpoint("kept");
    const { batches } = driven.disk.written;
    const idle = await DrivenMachine.open();
    for (let index = 1; index <= 5; index += 1) idle.machine.apply(index, 1, undefined);
    await expect(driven.machine.restore((await idle.machine.dump()).bytes)).rejects.toThrow(SnapshotRefusedError);
    await expect(driven.machine.restore(bytes)).rejects.toThrow(SnapshotRefusedError);
    const newer = await (await openLeader()).machine.dump();
    for (const at of [0, 5, 2000, newer.bytes.length - 1]) {
      const damaged = Uint8Array.from(newer.bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      await expect(driven.machine.restore(damaged)).rejects.toThrow(SnapshotRefusedError);
    }
    await expect(driven.machine.restore(new Uint8Array(3))).rejects.toThrow(SnapshotRefusedError);
    expect(driven.disk.written.batches).toBe(batches);
    driven.put(["/d"]);
    expect((await driven.machine.reader.range({ prefix: "" })).items).toHaveLength(3);
  });
});
