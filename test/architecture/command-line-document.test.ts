import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commandLineDocument } from "../../scripts/command-line-document.ts";

it("docs/command-line.md is what the program says of itself", () => {
  const written = readFileSync(join(import.meta.dirname, "../../docs/command-line.md"), "utf8");
  expect(written, "npx tsx scripts/command-line-docs.ts writes it anew").toBe(commandLineDocument());
});
