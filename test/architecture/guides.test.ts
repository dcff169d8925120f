/** Keeps the guides true to the program: their commands exist, and the messages they quote are said. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { wordsOfBramble } from "../../src/cli/testing/bramble-command.ts";

const root = join(import.meta.dirname, "../..");
const guides = join(root, "docs/guides");
const texts = [...readdirSync(guides).map((name) => join(guides, name)), join(root, "docs/troubleshooting.md")].map(
  (path) => ({ path, text: readFileSync(path, "utf8") }),
);
const source = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
  .map((path) => readFileSync(join(root, "src", path), "utf8"))
  .join("\n");

/** `bramble …`, at the beginning of a line or within backticks, up to a comment. */
const commands = texts.flatMap(({ text }) =>
  [...text.matchAll(/(?:^|`)bramble ([a-z][^`\n#]*)/gm)].map(([, line = ""]) => line.trim()),
);

/** The command that the words lead to, and the options behind it; undefined where they lead nowhere. */
function lookUp(line: string): { command: Command; options: string[] } | undefined {
  let command = wordsOfBramble();
  let words = line.split(/\s+/).filter((word) => word !== "" && word !== "\\");
  while (command.commands.length > 0) {
    const next = command.commands.find((each) => each.name() === words[0]);
    if (next === undefined) return undefined;
    command = next;
    words = words.slice(1);
  }
  return { command, options: words.filter((word) => word.startsWith("-")) };
}

describe("the guides", () => {
  it.each([...new Set(commands)])("know the program: bramble %s", (line) => {
    const found = lookUp(line);
    expect(found).toBeDefined();
    const known = found?.command.options.flatMap(({ long, short }) => [long, short]) ?? [];
    for (const option of found?.options ?? []) expect(known).toContain(option);
  });

  const table = texts.find(({ path }) => path.endsWith("troubleshooting.md"))?.text ?? "";
  const quoted = [...table.matchAll(/^\| ([^|]*`[^|]*) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, words = ""]) => words),
  );
  it.each(quoted.filter((words) => !words.includes("apt-get")))("quote what is said: %s", (words) => {
    for (const part of words.split("…")) expect(source).toContain(part.trim());
  });

  it("refer to checks that the doctor has", () => {
    const checks = readFileSync(join(root, "docs/doctor.md"), "utf8");
    const named = [...table.matchAll(/\[((?:`[a-z-]+`(?:, )?)+)\]/g)].flatMap(([, list = ""]) => list.split(", "));
    expect(named.length).toBeGreaterThan(10);
    for (const check of named) expect(checks).toContain(`| ${check} |`);
  });

  it("link to what is there", () => {
    for (const { path, text } of texts) {
      for (const [, target = ""] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
        expect(() => readFileSync(join(path, "..", target)), `${path}: ${target}`).not.toThrow();
      }
    }
  });
});
