/** What a wrong or jumping clock cannot break, because nobody there asks for the time of day: durations are measured by another one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const source = join(import.meta.dirname, "../../src");

it.each(["raft", "replication", "store"])("no promise of %s rests on what time of day it is", (room) => {
  const files = readdirSync(join(source, room), { recursive: true, encoding: "utf8" });
  const readers = files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .filter((file) => /\.nowMs\b|\bDate\b/.test(readFileSync(join(source, room, file), "utf8")));
  expect(files.length).toBeGreaterThan(10);
  expect(readers).toEqual([]);
});
