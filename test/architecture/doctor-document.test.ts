/** Keeps `docs/doctor.md` true: it has one row for each check, and none for others. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const checks = join(root, "src/doctor/checks");

it("docs/doctor.md lists every check of the doctor's", () => {
  const sources = readdirSync(checks).map((file) => readFileSync(join(checks, file), "utf8"));
  const named = sources.flatMap((text) => [...text.matchAll(/\bcheck(?::| =) "([a-z-]+)"/g)].map((match) => match[1]));
  const table = readFileSync(join(root, "docs/doctor.md"), "utf8");
  const told = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
  expect(told.toSorted()).toEqual([...new Set(named)].toSorted());
});
