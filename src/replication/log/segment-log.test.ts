import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../lib/errors.ts";
import type { Entry, EntryPosition, HardState } from "../../raft/message.ts";
import { type DiskWrite, MemoryDisk } from "../testing/memory-disk.ts";
import { SegmentLog } from "./segment-log.ts";

const tuning = { segmentBytes: 2_048 };
const open = (disk: MemoryDisk) => SegmentLog.open(disk, tuning);

interface Model {
  hardState: HardState;
  base: EntryPosition;
  entries: Entry[];
}

const newModel = (): Model => ({ hardState: { term: 0, vote: undefined }, base: { index: 0, term: 0 }, entries: [] });

function entry(index: number, term: number, size: number): Entry {
  return { index, term, type: "command", data: Buffer.alloc(size, index % 250 || 1) };
}

const lastOf = (model: Model) => model.entries.at(-1) ?? model.base;

/** Appends a group that takes back `dropped` entries first. */
async function append(log: SegmentLog, model: Model, sizes: readonly number[], dropped = 0): Promise<void> {
  const term = model.hardState.term + (dropped > 0 ? 1 : 0);
  const kept = model.entries.slice(0, Math.max(0, model.entries.length - dropped));
  const last = kept.at(-1) ?? model.base;
  const previous = { index: last.index, term: last.term };
  const entries = sizes.map((size, place) => entry(previous.index + 1 + place, term, size));
  const hardState = { term, vote: term % 2 === 0 ? "b1.0000000a" : undefined };
  await log.append({ hardState, change: { type: "entries", previous, entries } });
  model.hardState = hardState;
  if (entries.length > 0) model.entries = [...kept, ...entries];
}

async function expectEqual(disk: MemoryDisk, model: Model): Promise<void> {
  const { replayed } = await open(disk);
  expect(replayed.hardState).toEqual(model.hardState);
  expect({ index: replayed.last.index, term: replayed.last.term }).toEqual({
    index: lastOf(model).index,
    term: lastOf(model).term,
  });
  const kept = model.entries.filter((each) => each.index > replayed.base.index);
  expect(replayed.entries.map(describeEntry)).toEqual(kept.map(describeEntry));
}

const describeEntry = (each: Entry) =>
  `${each.index}/${each.term} ${each.type === "command" ? Buffer.from(each.data).toString("hex").slice(0, 8) : ""}`;

/** Three groups over several sectors and two segments. */
async function someLog(): Promise<{ disk: MemoryDisk; model: Model; log: SegmentLog }> {
  const disk = new MemoryDisk();
  const { log } = await open(disk);
  const model = newModel();
  await append(log, model, [10, 700]);
  await append(log, model, [20]);
  await append(log, model, [900, 30]);
  return { disk, model, log };
}

/** The same in segments that have served before and are full of older records. */
async function someUsedLog(): Promise<{ disk: MemoryDisk; model: Model; log: SegmentLog }> {
  const some = await someLog();
  for (let n = 0; n < 20; n += 1) {
    await append(some.log, some.model, [300, 300]);
    await some.log.removeThrough(lastOf(some.model).index);
  }
  return some;
}

describe("the segment log", () => {
  it("gives back what was appended, over many segments and restarts, also behind removed segments", async () => {
    const action = fc.oneof(
      fc.record({
        type: fc.constant("append" as const),
        sizes: fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 4 }),
        dropped: fc.integer({ min: 0, max: 3 }),
      }),
      fc.record({ type: fc.constant("removeThrough" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({ type: fc.constant("restartAt" as const), ahead: fc.integer({ min: 0, max: 9 }) }),
      fc.record({ type: fc.constant("reopen" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const disk = new MemoryDisk();
        let { log } = await open(disk);
        const model = newModel();
        // Entries through here are checkpointed: they stay, and segments that hold no others may go.
        let settled = 0;
        for (const act of actions) {
          if (act.type === "append") {
            const dropped = Math.min(act.dropped, lastOf(model).index - Math.max(settled, model.base.index));
            await append(log, model, act.sizes, act.sizes.length === 0 ? 0 : dropped);
          } else if (act.type === "removeThrough") {
            settled = Math.max(settled, Math.floor(lastOf(model).index * act.share));
            await log.removeThrough(settled);
          } else if (act.type === "restartAt") {
            model.base = { index: lastOf(model).index + act.ahead, term: model.hardState.term };
            model.entries = [];
            settled = model.base.index;
            await log.restartAt(model.base, model.hardState);
          } else {
            await log.close();
            ({ log } = await open(disk));
          }
        }
        await log.close();
        const isUsed = actions.some((act) => act.type === "append" || act.type === "restartAt");
        if (isUsed) await expectEqual(disk, model);
      }),
      { numRuns: 150 },
    );
  });

  it("writes once a group", async () => {
    const { disk } = await someLog();
    expect(disk.writes).toHaveLength(3);
  });

  it("uses segments behind a checkpoint again, so that none is filled with zeros any more, and keeps the hard state", async () => {
    const { disk, model, log } = await someLog();
    const made: string[] = [];
    const create = disk.create.bind(disk);
    disk.create = (name, byteCount) => {
      made.push(name);
      return create(name, byteCount);
    };
    for (let round = 0; round < 20; round += 1) {
      for (let n = 0; n < 3; n += 1) await append(log, model, [1_500]);
      await log.removeThrough(lastOf(model).index);
    }
    expect(made.length).toBeLessThanOrEqual(4);
    expect(disk.files.size).toBeLessThanOrEqual(6);
    await log.close();
    const { replayed } = await open(disk);
    expect(replayed.hardState).toEqual(model.hardState);
    expect(replayed.entries.length).toBeLessThan(3);
  });

  it.each([4, 5, 6, 7])(
    "removes in order and never the newest record when a checkpoint and a snapshot both ask: %i groups",
    async (groups) => {
      const { disk, model, log } = await someLog();
      for (let n = 0; n < groups; n += 1) await append(log, model, [1_500]);
      const names = Array.from(disk.files.keys()).sort();
      const removed: string[] = [];
      const later = async (name: string, change: () => Promise<void>) => {
        await new Promise((resolve) => setImmediate(resolve));
        removed.push(name);
        await change();
      };
      const remove = disk.remove.bind(disk);
      disk.remove = (name) => later(name, () => remove(name));
      const rename = disk.rename.bind(disk);
      disk.rename = (from, to) => later(from, () => rename(from, to));
      const byCheckpoint = log.removeThrough(lastOf(model).index);
      const position = { index: lastOf(model).index + 5, term: model.hardState.term };
      await Promise.all([byCheckpoint, log.restartAt(position, model.hardState)]);
      expect(removed).toEqual(names.slice(0, removed.length));
      expect((await open(disk)).replayed).toMatchObject({ last: position, hardState: model.hardState });
    },
  );

  it("keeps a record larger than a segment", async () => {
    const { disk, model, log } = await someLog();
    await append(log, model, [10_000]);
    await append(log, model, [10]);
    await expectEqual(disk, model);
  });
});

describe("a write cut short by a power cut", () => {
  const sector = 512;
  const bySector =
    (isWritten: (sector: number) => boolean) =>
    (file: Buffer, { at, bytes }: DiskWrite) => {
      for (let from = at; from < at + bytes.byteLength; ) {
        const to = Math.min(at + bytes.byteLength, (Math.floor(from / sector) + 1) * sector);
        if (isWritten(Math.floor((from - (at % sector)) / sector))) file.set(bytes.subarray(from - at, to - at), from);
        from = to;
      }
    };
  const ways: Record<string, (file: Buffer, write: DiskWrite) => void> = {
    "nothing of it": () => {},
    "its first sectors": bySector((n) => n < 2),
    "all but its first sector": bySector((n) => n > 0),
    "every other sector": bySector((n) => n % 2 === 0),
  };

  const logs = { "new segments": someLog, "used ones": someUsedLog };
  const cases = Object.keys(ways).flatMap((way) => Object.entries(logs).map(([kind, make]) => ({ way, kind, make })));

  it.each(cases)("leaves what was acknowledged, and room for more: $way, in $kind", async ({ way, make }) => {
    const { disk, model, log } = await make();
    disk.interruptNext = ways[way];
    await expect(append(log, structuredClone(model), [400, 700])).rejects.toThrow("power lost");
    await expect(append(log, structuredClone(model), [1])).rejects.toThrow("power lost");
    await expectEqual(disk, model);
    const { log: again } = await open(disk);
    await append(again, model, [55, 66]);
    await append(again, model, [77]);
    await expectEqual(disk, model);
  });

  it("keeps a write that arrived whole although nobody heard of it", async () => {
    const { disk, model, log } = await someLog();
    disk.interruptNext = (file, { at, bytes }) => file.set(bytes, at);
    const after = structuredClone(model);
    await expect(append(log, after, [40])).rejects.toThrow("power lost");
    const { replayed } = await open(disk);
    expect(replayed.last.index).toBe(lastOf(model).index + 1);
  });
});

/** For each write the places that it changed: the sector it begins in holds older records, too, and zeros fill its last. */
function changesOf({ writes, files }: MemoryDisk): { readonly name: string; readonly places: readonly number[] }[] {
  const replayed = new Map(Array.from(files, ([name, file]) => [name, Buffer.alloc(file.byteLength)]));
  return writes.map(({ name, at, bytes }) => {
    const file = replayed.get(name) ?? Buffer.alloc(0);
    const places = Array.from(bytes.keys(), (place) => at + place).filter((place) => file[place] !== bytes[place - at]);
    file.set(bytes, at);
    return { name, places };
  });
}

describe("a damaged log", () => {
  it("refuses to start when any byte of any acknowledged record has changed", async () => {
    const { disk } = await someLog();
    for (const write of changesOf(disk)) {
      const file = disk.files.get(write.name);
      for (const at of write.places.filter((_, place) => place % 13 === 0)) {
        const before = file?.[at] ?? 0;
        file?.writeUInt8(before ^ 0x10, at);
        await expect(open(disk), `byte ${at} of ${write.name}`).rejects.toThrow(UsageError);
        file?.writeUInt8(before, at);
      }
    }
  });

  it("refuses to start when a middle record is zeros", async () => {
    const { disk } = await someLog();
    const [, middle] = changesOf(disk);
    for (const at of middle?.places ?? []) disk.files.get(middle?.name ?? "")?.writeUInt8(0, at);
    await expect(open(disk)).rejects.toThrow(/damaged.*join it again/);
  });

  it("refuses to start when a segment is missing, and says how to join again in one line", async () => {
    const { disk, model, log } = await someLog();
    await append(log, model, [1_500]);
    await append(log, model, [1_500]);
    await disk.remove(Array.from(disk.files.keys()).sort()[1] ?? "");
    const error: unknown = await open(disk).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(/bramble join/);
    expect(String(error)).not.toContain("\n");
  });
});
