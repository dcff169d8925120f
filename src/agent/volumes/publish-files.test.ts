import { mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { publishFiles } from "./publish-files.ts";
import type { VolumeFiles } from "./volume-files.ts";

const files = (content: Record<string, string>, mode = 0o644): VolumeFiles =>
  new Map(Object.entries(content).map(([path, text]) => [path, { bytes: Buffer.from(text), mode }]));

describe("publishFiles", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "bramble-files-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("swaps all files at once: a reader of the old set keeps it whole", async () => {
    await publishFiles(directory, files({ a: "1", "deep/b": "1" }), undefined);
    const old = await readlink(join(directory, "..data"));
    const held = await readdir(join(directory, "..data"));
    await publishFiles(directory, files({ a: "2", c: "2" }), undefined);
    expect(held).toEqual(["a", "deep"]);
    expect(await readFile(join(directory, "a"), "utf8")).toBe("2");
    expect((await readdir(directory)).filter((name) => !name.startsWith(".."))).toEqual(["a", "c"]);
    expect(await readdir(directory)).not.toContain(old);
  });

  it("writes nothing where nothing changed, and mends what somebody changed", async () => {
    const wanted = files({ a: "1" }, 0o440);
    await publishFiles(directory, wanted, undefined);
    const before = await readlink(join(directory, "..data"));
    await publishFiles(directory, wanted, undefined);
    expect(await readlink(join(directory, "..data"))).toBe(before);
    expect((await stat(join(directory, "a"))).mode & 0o777).toBe(0o440);
    await writeFile(join(directory, "a"), "tampered");
    await publishFiles(directory, wanted, undefined);
    expect(await readFile(join(directory, "a"), "utf8")).toBe("1");
  });
});
