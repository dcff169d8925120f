/** Keeps the table of faults in `docs/testing.md` true: every fault has its row, and every test named there exists. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const faultsMax = 42;

interface Row {
  readonly fault: number;
  readonly covered: string;
}

/** `| 3 | what happens | what must hold | covered by |` */
function rowsOf(document: string): Row[] {
  return [...document.matchAll(/^\| (\d+) \|(?:[^|]*\|){2}([^|]*)\|$/gm)].map(([, fault, covered = ""]) => ({
    fault: Number(fault),
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
const rows = rowsOf(readFileSync(join(root, "docs/testing.md"), "utf8"));

describe("docs/testing.md", () => {
  it("has one row for each fault of consensus, store and links, and one at most for any other", () => {
    const told = rows.map(({ fault }) => fault);
    expect(told.slice(0, faultsMax)).toEqual(Array.from({ length: faultsMax }, (_, index) => index + 1));
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
  });

  it("names a test for each fault, or says openly that there is none", () => {
    const silent = rows.filter(({ covered }) => testsIn(covered).length === 0 && !covered.includes("**no test yet**"));
    expect(silent).toEqual([]);
  });

  it.each(rows.flatMap(({ fault, covered }) => testsIn(covered).map((test) => ({ fault, ...test }))))(
    "fault $fault: $file › $name exists",
    ({ file, name }) => {
      const found = files.filter((path) => path.endsWith(`/${file}`));
      expect(found, `one file of the name ${file}`).toHaveLength(1);
      const [path = ""] = found;
      // A scenario is a file of its own.
      if (name.endsWith(".txt")) expect(files.map((each) => basename(each))).toContain(name);
      else expect(readFileSync(path, "utf8")).toContain(name);
    },
  );
});
