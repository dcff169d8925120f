/** The arm64 executable on a machine of another kind, emulated: the same program, its own code and native part. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { architectures, runnerOf } from "../../scripts/releasing/architectures.ts";
import { makeSingleExecutable } from "../../scripts/releasing/single-executable.ts";
import { runCommand } from "../../src/platform/host/run-command.ts";
import { kubectlProgram } from "../lab/kubectl.ts";
import { type Lab, upLab } from "../lab/lab.ts";
import { enterBoard } from "../lab/lab-board.ts";
import { boardAddress, boardNamespace, boardPaths } from "../lab/lab-names.ts";
import { boardNamed } from "../lab/lab-record.ts";
import { processesIn, signal } from "../lab/namespace-processes.ts";
import { removeLab } from "../lab/remove-lab.ts";
import { waitUntil } from "../lab/wait-until.ts";

const name = "test-arm64";
const readyMs = 300_000;
const { bramble: data } = boardPaths(name, "b1");
let lab: Lab;
let scratch = "";
let program: readonly [string, ...string[]] = [""];

beforeAll(async () => {
  const arm64 = architectures.find((architecture) => architecture.name === "arm64");
  if (arm64 === undefined) throw new Error("there is no release for arm64 any more");
  scratch = mkdtempSync(join(tmpdir(), "bramble-arm64-"));
  const executable = join(scratch, "bramble");
  await makeSingleExecutable(arm64, scratch, executable);
  const [runner = executable, ...rest] = [...runnerOf(arm64), executable];
  program = [runner, ...rest];
  await removeLab(name);
  lab = await upLab({ name, boards: 1, voters: 1, bramble: false, say: () => {} });
});
afterAll(async () => {
  await removeLab(name);
  rmSync(scratch, { recursive: true, force: true });
});

it("says its version, founds a fleet, becomes Ready, and leaves nothing", async () => {
  expect(await runCommand([...program, "version"])).toMatch(/^bramble \d/);
  await lab.on("b1")([...program, "init", "--data-dir", data, "--address", boardAddress(lab.record.subnet, 1)]);

  const [enter = "", ...into] = enterBoard(lab.record, boardNamed(lab.record, "b1"));
  const startedAtMs = performance.now();
  const running = spawn(enter, [...into, ...program, "run", "--data-dir", data], { stdio: "ignore" });
  const ended = once(running, "exit");
  const kubectl = [kubectlProgram(), "--kubeconfig", join(data, "admin.kubeconfig"), "get", "nodes"] as const;
  await waitUntil("the emulated board is Ready", readyMs, () =>
    runCommand([...kubectl]).then(
      (nodes) => /b1 +Ready/.test(nodes),
      () => false,
    ),
  );
  console.log(`arm64, emulated: Ready ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s after exec`);
  // What entered the board only waits for its child there.
  const inside = processesIn([boardNamespace(name, "b1")]).filter(
    ({ command, pids }) => command.includes("run") && pids.length > 1,
  );
  for (const { pid } of inside) signal(pid, "SIGTERM");
  await ended;
  await lab.on("b1")([...program, "reset", "--data-dir", data, "--yes"]);
  expect(existsSync(data)).toBe(false);
});
