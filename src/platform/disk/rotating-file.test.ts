import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { silentLogger } from "../../lib/logger.ts";
import { RotatingFile } from "./rotating-file.ts";

const directory = await mkdtemp(join(tmpdir(), "bramble-rotating-"));
afterAll(() => rm(directory, { recursive: true }));

const options = { bytesMax: 100, filesMax: 3, pendingBytesMax: 1000, log: silentLogger };

it("keeps its bound, and the newest lines", async () => {
  const path = join(directory, "bounded", "audit.log");
  const file = await RotatingFile.open(path, options);
  for (let number = 0; number < 50; number += 1) {
    file.write(`line ${number} ${"x".repeat(20)}\n`);
    await expect.poll(async () => (await readFile(path, "utf8")).includes(`line ${number} `)).toBe(true);
  }
  await file.close();
  const names = (await readdir(join(directory, "bounded"))).sort();
  expect(names).toEqual(["audit.log", "audit.log.1", "audit.log.2"]);
  for (const name of names) expect((await stat(join(directory, "bounded", name))).size).toBeLessThanOrEqual(100);
  expect(await readFile(path, "utf8")).toContain("line 49");
});

it("goes on where it ended", async () => {
  const path = join(directory, "again.log");
  for (const line of ["one\n", "two\n"]) {
    const file = await RotatingFile.open(path, options);
    file.write(line);
    await file.close();
  }
  expect(await readFile(path, "utf8")).toBe("one\ntwo\n");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it("loses lines rather than memory or time", async () => {
  const path = join(directory, "flood.log");
  const file = await RotatingFile.open(path, { ...options, bytesMax: 1_000_000, pendingBytesMax: 100 });
  for (let number = 0; number < 1000; number += 1) file.write(`${number}\n`);
  await file.close();
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.length).toBeLessThan(1000);
});
