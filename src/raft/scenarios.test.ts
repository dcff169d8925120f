/** Plays `testdata/*.txt`. With BRAMBLE_REWRITE_SCENARIOS=1 it writes what it sees instead: commit only what you understand. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "./testing/run-command.ts";
import { ScenarioCluster } from "./testing/scenario-cluster.ts";
import { parseScenario, renderScenario } from "./testing/scenario-file.ts";

const directory = join(import.meta.dirname, "testdata");
const isRewriting = process.env["BRAMBLE_REWRITE_SCENARIOS"] === "1";

describe("raft scenarios", () => {
  it.each(readdirSync(directory))("%s", (name) => {
    const path = join(directory, name);
    const text = readFileSync(path, "utf8");
    const { story, blocks } = parseScenario(text);
    const cluster = new ScenarioCluster();
    const played = blocks.map(({ commands }) => {
      for (const command of commands) runCommand(cluster, command);
      return { commands, output: cluster.takeOutput() };
    });
    const rendered = renderScenario({ story, blocks: played });
    if (isRewriting) writeFileSync(path, rendered);
    else expect(rendered).toBe(text);
  });
});
