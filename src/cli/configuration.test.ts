import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { RunOptions } from "./cli-actions.ts";
import { configurationSchema, parseConfiguration } from "./configuration.ts";
import { brambleCommand, wordsOfBramble } from "./testing/bramble-command.ts";

const root = join(import.meta.dirname, "../..");
const scratch: string[] = [];
afterEach(() => {
  for (const directory of scratch.splice(0)) rmSync(directory, { recursive: true });
});

function fileOf(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), "bramble-configuration-"));
  scratch.push(directory);
  writeFileSync(join(directory, "config.yaml"), text);
  return join(directory, "config.yaml");
}

async function run(words: string) {
  let options: RunOptions | undefined;
  const outcome = await brambleCommand(`run ${words}`, {
    actions: {
      run: async (given) => {
        options = given;
      },
    },
  });
  return { ...outcome, options };
}

describe("the configuration file", () => {
  it("says what no flag says, and a flag goes before it", async () => {
    const path = fileOf(
      "dataDir: /srv/bramble\nhistory: 700\nhistoryAge: 30m\nauditLog: /var/log/audit\nauditLevel: Request\n",
    );
    const { options } = await run(`--config ${path} --history 900`);
    expect(options).toMatchObject({
      dataDir: "/srv/bramble",
      historyRevisions: 900,
      historyAgeMs: 1_800_000,
      logLevel: "info",
      audit: { file: "/var/log/audit", level: "Request" },
    });
  });

  it("must be there where it is named", async () => {
    const { code, err } = await run("--config /nowhere/config.yaml");
    expect(code).toBe(1);
    expect(err).toContain("/nowhere/config.yaml cannot be read");
  });

  it.each([
    ["logLevel: info\nhistoryage: 1h", /^f\.yaml:2 says historyage, which is not known: did you mean historyAge\?$/],
    ["audit_log: /a", /did you mean auditLog\?$/],
    ["colour: red", /use one of dataDir, logLevel, /],
    ["history: 5", /^f\.yaml:1: history too small: .*100/],
    ["historyAge: soon", /^f\.yaml: historyAge "soon" is not a duration/],
    ["dataDir: here", /^f\.yaml:1: dataDir must be an absolute path$/],
    ["logLevel: loud", /^f\.yaml:1: logLevel .*"debug"/],
    ["- a\n- b", /must hold one `key: value` a line/],
    ["history: [", /^f\.yaml is not YAML: /],
    ["history: 700\nhistory: 800", /^f\.yaml is not YAML: /],
  ])("refuses %j and says where", (text, message) => {
    expect(() => parseConfiguration(text, "f.yaml")).toThrow(message);
  });

  it("may be empty, or all comments", () => {
    expect(parseConfiguration("", "f.yaml")).toEqual({});
    expect(parseConfiguration("# nothing\n", "f.yaml")).toEqual({});
  });

  it("has a key for every flag of `bramble run`", () => {
    const flags = wordsOfBramble()
      .commands.find((command) => command.name() === "run")
      ?.options.map((option) => option.attributeName());
    expect(Object.keys(configurationSchema.shape).sort()).toEqual(flags?.filter((flag) => flag !== "config").sort());
  });

  it("has a sample that is valid, shows the defaults, and names every key", () => {
    const sample = readFileSync(join(root, "config/bramble.yaml"), "utf8");
    expect(parseConfiguration(sample, "bramble.yaml")).toEqual({});
    const told = parseConfiguration(sample.replaceAll(/^#(?=\w+: )/gm, ""), "bramble.yaml");
    expect(Object.keys(told)).toEqual(Object.keys(configurationSchema.shape));
  });
});
