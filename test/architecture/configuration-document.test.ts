import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { configurationReference } from "../../scripts/configuration-reference.ts";

it("docs/configuration.md is what `node scripts/configuration-reference.ts` writes", () => {
  const written = readFileSync(join(import.meta.dirname, "../../docs/configuration.md"), "utf8");
  expect(written).toBe(configurationReference());
});
