/** The README's first command, on a board of its own: twice in a row, and then without a trace. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Lab, upLab } from "./lab.ts";
import { boardPaths } from "./lab-names.ts";
import { removeLab } from "./remove-lab.ts";

const name = "test-quickstart";
const root = join(import.meta.dirname, "../..");
const data = boardPaths(name, "b1").bramble;
let lab: Lab;

beforeAll(async () => {
  await removeLab(name);
  lab = await upLab({ name, boards: 1, voters: 1, bramble: false, say: () => {} });
});
afterAll(() => removeLab(name));

/** On the board, with the engine the board has. */
function quickstart(...args: string[]): Promise<string> {
  const path = `${join(root, ".tools")}:${process.env["PATH"] ?? ""}`;
  const engine = `unix://${boardPaths(name, "b1").engineSocket}`;
  const environment = [`PATH=${path}`, `DOCKER_HOST=${engine}`, `BRAMBLE_DATA_DIR=${data}`];
  return lab.on("b1")(["env", ...environment, join(root, "scripts/quickstart"), ...args]);
}

const containers = async () => (await lab.docker("b1", "ps", "--all", "--quiet")).split("\n").filter(Boolean);

it("starts a fleet of one board that runs the sample, is repeated without harm, and is stopped without a trace", async () => {
  const first = await quickstart();
  expect(first).toContain('daemon set "hello" successfully rolled out');
  expect(first).toContain(`Kubeconfig:                              ${join(data, "admin.kubeconfig")}`);
  const address = /curl (http:\S+)/.exec(first)?.[1] ?? "";
  expect(await lab.on("b1")(["curl", "--silent", "--fail", address])).toContain("hello from hello-");

  const running = await containers();
  expect(running).toHaveLength(2);
  const second = await quickstart();
  expect(second).toContain("daemonset.apps/hello unchanged");
  expect(await containers()).toEqual(running);

  await quickstart("stop");
  expect(await containers()).toEqual([]);
  expect(existsSync(data)).toBe(false);
  expect(await lab.on("b1")(["ip", "-brief", "link"])).not.toContain("bramble");
  expect(await lab.on("b1")(["nft", "list", "tables"])).not.toContain("bramble");
});
