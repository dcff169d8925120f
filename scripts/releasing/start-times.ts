/** How long an executable takes to start, on this machine as it is just now. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { upLab } from "../../test/lab/lab.ts";
import { boardAddress, boardPaths, labDirectory } from "../../test/lab/lab-names.ts";
import { type Architecture, runnerOf } from "./architectures.ts";
import { runTool } from "./run-tool.ts";

const runs = 5;
const apiMsMax = 60_000;
const lab = "release";

/** `bramble version`, from exec to its end; the median of five, in milliseconds. */
export async function versionMs(architecture: Architecture, executable: string): Promise<number> {
  const durations: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const startedAtMs = performance.now();
    await runTool([...runnerOf(architecture), executable, "version"]);
    durations.push(performance.now() - startedAtMs);
  }
  return durations.sort((a, b) => a - b)[runs >> 1] ?? Number.NaN;
}

/**
 * `bramble run` on a new board of a lab, from exec to the first answer of `/readyz`, in milliseconds. Undefined where
 * there can be none: without root, or for another kind of board than this machine.
 */
export async function apiReadyMs({ name }: Architecture, executable: string): Promise<number | undefined> {
  if (process.getuid?.() !== 0 || process.arch !== name || existsSync(labDirectory(lab))) return undefined;
  const up = await upLab({ name: lab, boards: 1, voters: 1, bramble: false, say: () => {} });
  try {
    const address = boardAddress(up.record.subnet, 1);
    const dataDir = boardPaths(lab, "b1").bramble;
    const board = up.on("b1");
    await board([executable, "init", "--data-dir", dataDir, "--address", address]);
    const startedAtMs = performance.now();
    await board([
      "sh",
      "-c",
      'setsid "$@" >/dev/null 2>&1 </dev/null &',
      "sh",
      executable,
      "run",
      "--data-dir",
      dataDir,
    ]);
    const curl = [
      "curl",
      "--silent",
      "--fail",
      "--cacert",
      join(dataDir, "pki/ca.crt"),
      `https://${address}:6443/readyz`,
    ];
    while (performance.now() - startedAtMs < apiMsMax) {
      if (
        await runTool(curl).then(
          () => true,
          () => false,
        )
      )
        return performance.now() - startedAtMs;
      await pause(20);
    }
    throw new Error(`the API did not answer within ${apiMsMax} ms`);
  } finally {
    await up.down();
    rmSync(labDirectory(lab), { recursive: true, force: true });
  }
}
