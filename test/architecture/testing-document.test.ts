/** Keeps the tables in `docs/testing.md` true: every fault and every hostile input has its row, every test named exists. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const faultsMax = 42;
const hostileInputs = 43;

interface Row {
  readonly number: number;
  readonly covered: string;
}

/** `| 3 | what happens | what must hold | covered by |` */
function rowsOf(text: string): Row[] {
  return [...text.matchAll(/^\| (\d+) \|(?:[^|]*\|){2}([^|]*)\|$/gm)].map(([, number, covered = ""]) => ({
    number: Number(number),
    covered,
  }));
}

/** A test as `file › name`; where a name has changing parts, one that is always there is enough. */
function testsIn(covered: string): { file: string; name: string }[] {
  return [...covered.matchAll(/`([^`›]+) › ([^`]+)`/g)].map(([, file = "", name = ""]) => ({ file, name }));
}

const files = ["src", "test", "scripts"].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((file) => join(root, room, file)),
);
const document = readFileSync(join(root, "docs/testing.md"), "utf8");
const [beforeHostile = "", hostileChapter = ""] = document.split(/^## Hostile input$/m);
const faults = rowsOf(beforeHostile);
const hostile = rowsOf(hostileChapter);
const numbersTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe("docs/testing.md", () => {
  it("has one row for each fault of consensus, store and links, and one at most for any other", () => {
    const told = faults.map(({ number }) => number);
    expect(told.slice(0, faultsMax)).toEqual(numbersTo(faultsMax));
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
  });

  it("has one row for each hostile input up to the pages', and one at most for any other", () => {
    const told = hostile.map(({ number }) => number);
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
    expect(told.filter((number) => number <= hostileInputs)).toEqual(numbersTo(hostileInputs));
  });

  it("names a test for each of them, or of a fault says openly that there is none", () => {
    const silent = [...faults, ...hostile].filter(({ covered }) => testsIn(covered).length === 0);
    expect(silent.filter((row) => !faults.includes(row) || !row.covered.includes("**no test yet**"))).toEqual([]);
  });

  const named = Object.entries({ fault: faults, "hostile input": hostile }).flatMap(([what, rows]) =>
    rows.flatMap(({ number, covered }) => testsIn(covered).map((test) => ({ what, number, ...test }))),
  );
  it.each(named)("$what $number: $file › $name exists", ({ file, name }) => {
    const found = files.filter((path) => path.endsWith(`/${file}`));
    expect(found, `one file of the name ${file}`).toHaveLength(1);
    const [path = ""] = found;
    // A scenario is a file of its own.
    if (name.endsWith(".txt")) expect(files.map((each) => basename(each))).toContain(name);
    else expect(readFileSync(path, "utf8")).toContain(name);
  });
});
