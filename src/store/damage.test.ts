import { describe, expect, it } from "vitest";
import { TerminalError } from "../lib/errors.ts";
import { DrivenMachine } from "./testing/driven-machine.ts";
import type { MemoryDisk } from "./testing/memory-state-backend.ts";

const a1 = "0000000000000001.00000";

async function writtenDisk(): Promise<MemoryDisk> {
  const driven = await DrivenMachine.open();
  driven.put(["/a", "/b"]);
  await driven.machine.checkpoint();
  driven.put(["/c"]);
  await driven.machine.checkpoint();
  return driven.disk;
}

describe("a damaged backend", () => {
  it.each<[string, (entries: Map<string, string>) => void]>([
    ["misses a change", (entries) => entries.delete(`000000/h/${a1}`)],
    [
      "holds a change that was not made",
      (entries) => entries.set("000000/h/0000000000000002.00001", '["/d","put",2,1,9]'),
    ],
    ["holds another key", (entries) => entries.set(`000000/h/${a1}`, '["/x","put",1,2,2939014461]')],
    ["holds a header that cannot be read", (entries) => entries.set(`000000/h/${a1}`, '["/a"')],
    ["holds a state record that cannot be read", (entries) => entries.set("state", "{}")],
    ["misses the state record", (entries) => entries.delete("state")],
  ])("is refused when it %s", async (_, damage) => {
    const disk = await writtenDisk();
    damage(disk.entries);
    await expect(DrivenMachine.open(disk)).rejects.toThrow(TerminalError);
  });

  it.each<[string, (entries: Map<string, string>) => void]>([
    ["altered", (entries) => entries.set(`000000/v/${a1}`, "/A")],
    ["gone", (entries) => entries.delete(`000000/v/${a1}`)],
  ])("never shows a value that is %s", async (_, damage) => {
    const disk = await writtenDisk();
    damage(disk.entries);
    const { machine } = await DrivenMachine.open(disk);
    expect(await machine.reader.get("/b")).toMatchObject({ value: "/b" });
    await expect(machine.reader.get("/a")).rejects.toThrow(TerminalError);
    await expect(machine.reader.range({ prefix: "/" })).rejects.toThrow(TerminalError);
    await expect(machine.hash()).rejects.toThrow(TerminalError);
  });
});
