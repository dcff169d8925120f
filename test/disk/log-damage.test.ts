/** Every way in which the files of a small log can be damaged, on a real file system: nothing acknowledged goes missing. */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileDisk } from "../../src/platform/disk/file-disk.ts";
import type { Entry } from "../../src/raft/message.ts";
import { DamagedVoterError } from "../../src/replication/damaged-voter.ts";
import { SegmentLog } from "../../src/replication/log/segment-log.ts";

const sectorBytes = 512;
/** Thousands of starts: seconds, unless the disk is busy with something else. */
const timeoutMs = 120_000;
const tuning = { segmentBytes: 4 * sectorBytes };
/** Of the groups' entries: records that share sectors, span them, and fill two segments. */
const groups = [[10], [700], [5, 5], [900, 30], [20], [150]];

type Outcome = "identical" | "refused" | "shorter";

let directory: string;
/** What the files held when all of it was acknowledged. */
let images: ReadonlyMap<string, Buffer>;
let whole: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "bramble-damage-"));
});
afterEach(() => rm(directory, { recursive: true }));

/** `rounds`: how often all groups are written; what the rounds before the last one filled is given to it to write over. */
async function writeLog({ rests, rounds = 1 }: { readonly rests: boolean; readonly rounds?: number }): Promise<void> {
  const { log } = await SegmentLog.open(await FileDisk.open(directory), tuning);
  let index = 0;
  for (let round = 0; round < rounds; round += 1) {
    await log.removeThrough(index);
    for (const sizes of groups) {
      const previous = { index, term: index === 0 ? 0 : 1 };
      const entries = sizes.map((size): Entry => {
        index += 1;
        return { index, term: 1, type: "command", data: Buffer.alloc(size, `value ${index} `) };
      });
      await log.append({ hardState: { term: 1, vote: "b1.0000000a" }, change: { type: "entries", previous, entries } });
    }
  }
  if (rests) await log.mark();
  await log.close();
  const names = await readdir(directory);
  images = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))] as const)),
  );
  whole = await readLog();
}

/** Hard state and entries, as one text. */
async function readLog(): Promise<string> {
  const { log, replayed } = await SegmentLog.open(await FileDisk.open(directory), tuning);
  await log.close();
  const entries = replayed.entries.map((entry) => [entry.index, entry.type === "command" && `${entry.data}`]);
  return JSON.stringify([replayed.hardState, entries]);
}

/** Starts on the damaged file, then puts it back as it was. */
async function outcomeOf(name: string, damaged: Buffer): Promise<Outcome> {
  await rewrite(name, damaged);
  try {
    return (await readLog()) === whole ? "identical" : "shorter";
  } catch (error) {
    if (!(error instanceof DamagedVoterError)) throw error;
    expect(error.message).toMatch(/^the Raft log of this voter is damaged .*join it again with `bramble join`$/);
    return "refused";
  } finally {
    await rewrite(name, images.get(name) ?? damaged);
  }
}

/** In place where it can be: that is many times as fast. */
async function rewrite(name: string, bytes: Buffer): Promise<void> {
  const flag = bytes.byteLength === images.get(name)?.byteLength && existsSync(join(directory, name)) ? "r+" : "w";
  await writeFile(join(directory, name), bytes, { flag });
}

const segments = () => Array.from(images).filter(([name]) => name.endsWith(".segment"));

function usedBytes(image: Buffer): number {
  return image.findLastIndex((byte) => byte !== 0) + 1;
}

async function changeEachByte(change: (byte: number, at: number) => number): Promise<void> {
  for (const [name, image] of segments()) {
    for (let at = 0; at < usedBytes(image); at += 1) {
      const damaged = Buffer.from(image);
      damaged[at] = change(image[at] ?? 0, at);
      const isChanged = damaged[at] !== image[at];
      expect(await outcomeOf(name, damaged), `${name} at ${at}`).toBe(isChanged ? "refused" : "identical");
    }
  }
}

function withZeros(image: Buffer, fromSector: number, toSector: number): Buffer {
  return Buffer.from(image).fill(0, fromSector * sectorBytes, toSector * sectorBytes);
}

/** The one that is no longer as it was when all was acknowledged, and what it was then. */
async function changedSegment(): Promise<readonly [name: string, image: Buffer]> {
  for (const [name, image] of segments()) {
    if (!image.equals(await readFile(join(directory, name)))) return [name, image];
  }
  throw new Error("no segment has changed");
}

function* sectorRuns(image: Buffer): Generator<readonly [from: number, to: number]> {
  const count = Math.ceil(image.byteLength / sectorBytes);
  for (let from = 0; from < count; from += 1) for (let to = from + 1; to <= count; to += 1) yield [from, to];
}

describe("the files of a log whose end nobody has marked yet", () => {
  beforeEach(() => writeLog({ rests: false }));

  it("are refused whichever bit has changed", () => changeEachByte((byte, at) => byte ^ (1 << (at % 8))), timeoutMs);

  it("are refused whichever byte has become zero", () => changeEachByte(() => 0), timeoutMs);

  it("are refused wherever one is cut short, unless nothing is left of it", async () => {
    for (const [name, image] of segments()) {
      if (usedBytes(image) === 0) continue;
      for (let length = 1; length < image.byteLength; length += length < 64 ? 1 : 7) {
        expect(await outcomeOf(name, image.subarray(0, length)), `${name} of ${length} bytes`).toBe("refused");
      }
    }
  });

  it("lose nothing behind which another record stands, whichever sectors have become zeros", async () => {
    const [last] = segments().findLast(([, image]) => usedBytes(image) > 0) ?? [];
    for (const [name, image] of segments()) {
      for (const [from, to] of sectorRuns(image)) {
        const damaged = withZeros(image, from, to);
        // What follows the zeros tells that they are damage; at the very end they look like a write cut short.
        const isEnd = name === last && to * sectorBytes >= usedBytes(image);
        if (damaged.equals(image) || isEnd) continue;
        expect(await outcomeOf(name, damaged), `${name}, sectors ${from} to ${to}`).toBe("refused");
      }
    }
  });
});

describe("the files of a log that has come to rest", () => {
  beforeEach(() => writeLog({ rests: true }));

  it("are refused whichever sectors have become zeros, the last ones too", async () => {
    for (const [name, image] of segments()) {
      for (const [from, to] of sectorRuns(image)) {
        const damaged = withZeros(image, from, to);
        const expected = damaged.equals(image) ? "identical" : "refused";
        expect(await outcomeOf(name, damaged), `${name}, sectors ${from} to ${to}`).toBe(expected);
      }
    }
  });

  it("are refused when one that holds a record is empty", async () => {
    for (const [name, image] of segments()) {
      if (usedBytes(image) > 0) expect(await outcomeOf(name, Buffer.alloc(0)), name).toBe("refused");
    }
  });

  it("are refused when a later one is gone, and begin later without the first, which the state tells", async () => {
    for (const [place, [name, image]] of segments().entries()) {
      await rm(join(directory, name));
      if (place > 0 && usedBytes(image) > 0) await expect(readLog(), name).rejects.toThrow(DamagedVoterError);
      if (place === 0) {
        const { log, replayed } = await SegmentLog.open(await FileDisk.open(directory), tuning);
        await log.close();
        expect(replayed.base.index).toBeGreaterThan(0);
      }
      await writeFile(join(directory, name), image);
    }
  });

  it("are read whatever has become of the mark itself", async () => {
    const name = "durable.mark";
    const image = images.get(name) ?? Buffer.alloc(0);
    for (let at = 0; at < 32; at += 1) {
      const damaged = Buffer.from(image);
      damaged[at] = ~(image[at] ?? 0) & 0xff;
      expect(await outcomeOf(name, damaged), `byte ${at}`).toBe("identical");
    }
    for (const length of [0, 1, 511, 4096, image.byteLength - 1]) {
      expect(await outcomeOf(name, image.subarray(0, length)), `${length} bytes`).toBe("identical");
    }
  });
});

describe("the files of a log that was written over older ones", () => {
  beforeEach(() => writeLog({ rests: false, rounds: 6 }));

  it(
    "are read as before or refused, whichever byte has changed or become zero",
    async () => {
      for (const [name, image] of segments()) {
        for (let at = 0; at < image.byteLength; at += 1) {
          for (const byte of [0, (image[at] ?? 0) ^ (1 << (at % 8))]) {
            const damaged = Buffer.from(image);
            damaged[at] = byte;
            expect(await outcomeOf(name, damaged), `${name} at ${at}`).not.toBe("shorter");
          }
        }
      }
    },
    2 * timeoutMs,
  );
});

describe("a write that a power cut tore", () => {
  it.each([1, 6])("takes nothing with it but itself, whichever of its sectors arrived: round %i", async (rounds) => {
    await writeLog({ rests: false, rounds });
    const before = whole;
    const { log, replayed } = await SegmentLog.open(await FileDisk.open(directory), tuning);
    const { hardState, last } = replayed;
    const entry: Entry = { index: last.index + 1, term: 1, type: "command", data: Buffer.alloc(400, "unheard ") };
    await log.append({ hardState, change: { type: "entries", previous: last, entries: [entry] } });
    await log.close();
    const [name, image] = await changedSegment();
    const after = await readFile(join(directory, name));
    const changed = Array.from(after.keys()).filter((at) => after[at] !== image[at]);
    const first = Math.floor((changed[0] ?? 0) / sectorBytes);
    const count = Math.floor((changed.at(-1) ?? 0) / sectorBytes) + 1 - first;
    expect(count).toBeGreaterThan(1);
    for (let arrived = 0; arrived < 2 ** count; arrived += 1) {
      const torn = Buffer.from(image);
      for (let sector = 0; sector < count; sector += 1) {
        const from = (first + sector) * sectorBytes;
        if ((arrived & (1 << sector)) !== 0) after.copy(torn, from, from, from + sectorBytes);
      }
      whole = arrived === 2 ** count - 1 ? whole.replace("]]]", `],[${entry.index},"${entry.data}"]]]`) : before;
      expect(await outcomeOf(name, torn), `sectors ${arrived.toString(2)}`).toBe("identical");
    }
  });
});
