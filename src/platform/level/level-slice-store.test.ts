import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type SliceObject, sliceKey } from "../../api/board-link.ts";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { boardCipher } from "./board-cipher.ts";
import { LevelSliceStore } from "./level-slice-store.ts";

const cipher = boardCipher("the key of a board under test");
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "bramble-slice-"));
  cleanups.push(() => rm(directory, { recursive: true }));
  return directory;
}

function pod(name: string, resourceVersion = "1"): SliceObject {
  const metadata = { name, namespace: "default", resourceVersion };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: { command: ["x".repeat(500)] } };
}

const names = (objects: readonly SliceObject[] | undefined) => objects?.map((object) => object.metadata.name);

/** Bytes of LevelDB's own journal, which every write makes longer. */
async function journalBytes(directory: string): Promise<number> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(".log"));
  const contents = await Promise.all(files.map((file) => readFile(join(directory, file))));
  return contents.reduce((sum, content) => sum + content.length, 0);
}

describe("LevelSliceStore", () => {
  it("tells a board that was never told its slice from one whose slice is empty", async () => {
    const directory = await makeDirectory();
    const store = await LevelSliceStore.open(directory, cipher, silentLogger);
    expect(await store.load()).toBeUndefined();
    await store.replace([]);
    await store.close();
    const again = await LevelSliceStore.open(directory, cipher, silentLogger);
    expect(await again.load()).toEqual([]);
    await again.close();
  });

  it("keeps changes across processes", async () => {
    const directory = await makeDirectory();
    const store = await LevelSliceStore.open(directory, cipher, silentLogger);
    await store.replace([pod("a"), pod("b"), pod("c")]);
    await store.change([pod("b", "2"), pod("d")], [sliceKey(pod("a")), sliceKey(pod("absent"))]);
    await store.close();
    const again = await LevelSliceStore.open(directory, cipher, silentLogger);
    expect(await again.load()).toEqual([pod("b", "2"), pod("c"), pod("d")]);
    await again.replace([pod("c"), pod("e")]);
    expect(names(await again.load())).toEqual(["c", "e"]);
    await again.close();
  });

  it("keeps no Secret in the clear, rewrites none that is the same, and shows none to another board", async () => {
    const directory = await makeDirectory();
    const metadata = { name: "s", namespace: "default", resourceVersion: "1" };
    const secret: SliceObject = { apiVersion: "v1", kind: "Secret", metadata, data: { k: "cGxhaW4gdGV4dA==" } };
    const store = await LevelSliceStore.open(directory, cipher, silentLogger);
    await store.change([secret], []);
    const before = await journalBytes(directory);
    await store.change([secret], []);
    expect(await journalBytes(directory)).toBe(before);
    expect(await store.load()).toEqual([secret]);
    await store.close();
    for (const file of await readdir(directory)) {
      expect((await readFile(join(directory, file))).includes("cGxhaW4gdGV4dA")).toBe(false);
    }
    const stolen = await LevelSliceStore.open(directory, boardCipher("another key"), silentLogger);
    expect(await stolen.load()).toEqual([]);
    await stolen.close();
  });

  it("writes nothing where nothing differs", async () => {
    const directory = await makeDirectory();
    const store = await LevelSliceStore.open(directory, cipher, silentLogger);
    await store.replace([pod("a"), pod("b")]);
    await store.change([pod("c")], []);
    const before = await journalBytes(directory);
    await store.change([pod("a"), pod("c")], [sliceKey(pod("absent"))]);
    await store.replace([pod("a"), pod("b"), pod("c")]);
    expect(await journalBytes(directory)).toBe(before);
    await store.change([pod("a", "2")], []);
    expect(await journalBytes(directory)).toBeGreaterThan(before);
    await store.close();
  });

  it("says in one line that another process holds it", async () => {
    const directory = await makeDirectory();
    const store = await LevelSliceStore.open(directory, cipher, silentLogger);
    await expect(LevelSliceStore.open(directory, cipher, silentLogger)).rejects.toThrow(/is in use: stop the other/);
    await store.close();
  });

  it("never returns a wrong object when a byte flips, loses few, and is whole again once told", async () => {
    const original = await makeDirectory();
    const pods = Array.from({ length: 20 }, (_, at) => pod(`web-${at}`));
    const store = await LevelSliceStore.open(original, cipher, silentLogger);
    await store.replace(pods);
    await store.close();
    const texts = new Set(pods.map((each) => JSON.stringify(each)));
    const random = seededRandom(1);
    for (const file of await readdir(original)) {
      if (file === "LOCK" || file.startsWith("LOG")) continue;
      for (let flip = 0; flip < 12; flip += 1) {
        const directory = await makeDirectory();
        await cp(original, directory, { recursive: true });
        const bytes = await readFile(join(directory, file));
        if (bytes.length === 0) continue;
        const at = random.below(bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        await writeFile(join(directory, file), bytes);

        const damaged = await LevelSliceStore.open(directory, cipher, silentLogger);
        const loaded = (await damaged.load()) ?? [];
        expect(loaded.every((object) => texts.has(JSON.stringify(object)))).toBe(true);
        expect(loaded.length, `${file} at ${at}`).toBeGreaterThanOrEqual(10);
        await damaged.replace(pods);
        expect(await damaged.load()).toHaveLength(20);
        await damaged.close();
      }
    }
  });
});
