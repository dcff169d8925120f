/** The rules of the house as tests: each tool passes on the tree, and the import rules really bite. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { rooms } from "../../dependency-cruiser.config.mjs";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const bin = (name: string) => join(root, "node_modules/.bin", name);

async function outputOf(command: string, args: string[], cwd = root): Promise<{ code: number; text: string }> {
  try {
    const { stdout, stderr } = await run(command, args, { cwd, maxBuffer: 64 << 20 });
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }
}

describe("the tree", () => {
  it.each([
    ["type-checks", "tsc", ["-p", "tsconfig.json"]],
    ["type-checks in a browser", "tsc", ["-p", "tsconfig.dashboard.json"]],
    ["keeps its pure rooms pure", "tsc", ["-p", "tsconfig.pure.json"]],
    ["is linted and formatted", "biome", ["check", "--error-on-warnings", "."]],
    ["keeps to the room map", "depcruise", ["--config", "dependency-cruiser.config.mjs", "src"]],
    ["has no dead code", "knip", ["--no-progress"]],
  ])("%s", { timeout: 120_000 }, async (_name, tool, args) => {
    const { code, text } = await outputOf(bin(tool), args);
    expect(code, text).toBe(0);
  });
});

describe("the room map", () => {
  it("is what ARCHITECTURE.md says", () => {
    const table = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
    const rows = [...table.matchAll(/^\| `([a-z]+)` \|[^|]*\| ([^|]*) \|$/gm)];
    const told = Object.fromEntries(
      rows.map(([, room = "", imports = ""]) => [room, [...imports.matchAll(/`([a-z]+)`/g)].map((match) => match[1])]),
    );
    const { platform, daemon, ...ruled } = told;
    expect(platform).toBeDefined();
    expect(daemon).toBeDefined();
    expect(ruled).toEqual(rooms);
  });

  it("is enforced: a room that reaches up is named, with the rule it broke", async () => {
    const fixture = join(root, "test/fixtures/bad-imports");
    const config = join(root, "dependency-cruiser.config.mjs");
    const { code, text } = await outputOf(
      bin("depcruise"),
      ["--config", config, "--output-type", "err-long", "src"],
      fixture,
    );
    expect(code).not.toBe(0);
    expect(text).toContain("raft-imports");
    expect(text).toContain("apiserver-builtins");
  });

  it("sees the files it judges", async () => {
    const { text } = await outputOf(bin("depcruise"), ["--config", "dependency-cruiser.config.mjs", "src"]);
    const cruised = Number(/(\d+) modules/.exec(text)?.[1] ?? 0);
    expect(cruised).toBeGreaterThan(100);
  });
});
