/** One board of a lab: its power, its programs, and what is run on it. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../src/lib/errors.ts";
import { type RunCommand, runCommand, runCommandBehind } from "../../src/platform/host/run-command.ts";
import { removeCgroups } from "./cgroups.ts";
import { firstLine } from "./first-line.ts";
import { boardNamespace, boardPaths, cgroupOf, namespacePath } from "./lab-names.ts";
import { type LabBoard, type LabRecord, readLinkRecord } from "./lab-record.ts";
import { layCable, removeCable, setPort } from "./lan.ts";
import { shapeLink } from "./link-shape.ts";
import { endProcesses, initOf } from "./namespace-processes.ts";
import { waitUntil } from "./wait-until.ts";

const engineReadyMs = 60_000;
const repository = join(import.meta.dirname, "../..");
export const brambleProgram = join(repository, "scripts/bramble");

/** Gives a board power: cable as it was left, first process, engine, and bramble if the board belongs to a fleet. */
export async function powerOn(lab: LabRecord, board: LabBoard): Promise<void> {
  const paths = boardPaths(lab.name, board.name);
  for (const directory of [paths.engineData, paths.bramble, paths.logs]) mkdirSync(directory, { recursive: true });
  const { plugged, shape } = readLinkRecord(lab.name, board.name);
  await layCable(lab, board);
  if (shape !== undefined) await shapeLink(lab, board, shape);
  if (plugged) await setPort(lab, board, "up");
  await startInit(lab, board);
  await startEngine(lab, board);
  if (existsSync(join(paths.bramble, "identity.json"))) await startBramble(lab, board);
}

/**
 * Power loss. The link goes first, else the kernel would say goodbye to the board's peers; then everything dies at
 * once with the board's first process. Nothing is flushed that was not flushed.
 */
export async function cutPower(lab: LabRecord, board: LabBoard): Promise<void> {
  const namespace = boardNamespace(lab.name, board.name);
  const init = initOf(namespace);
  if (init === undefined) throw new UsageError(`Board '${board.name}' has no power: scripts/lab start ${board.name}`);
  await setPort(lab, board, "down");
  process.kill(init, "SIGKILL");
  // Not only the first process: the helpers that entered the board from outside end a moment later.
  await endProcesses([namespace]);
  await removeCable(lab, board);
  rmSync(boardPaths(lab.name, board.name).engineSocket, { force: true });
  removeCgroups(`${cgroupOf(lab.name)}/${board.name}`);
}

export function hasPower(lab: LabRecord, board: LabBoard): boolean {
  return initOf(boardNamespace(lab.name, board.name)) !== undefined;
}

/** The command line that enters a board. Throws `UsageError` while it has no power. */
export function enterBoard(lab: LabRecord, board: LabBoard): readonly string[] {
  const init = initOf(boardNamespace(lab.name, board.name));
  if (init === undefined) throw new UsageError(`Board '${board.name}' has no power: scripts/lab start ${board.name}`);
  const { engineSocket, bramble } = boardPaths(lab.name, board.name);
  const environment = [`DOCKER_HOST=unix://${engineSocket}`, `BRAMBLE_DATA_DIR=${bramble}`];
  return ["nsenter", "-t", String(init), "--mount", "--net", "--pid", "--uts", "--ipc", "env", ...environment];
}

/** Runs commands on a board. */
export function runOn(lab: LabRecord, board: LabBoard): RunCommand {
  return (command, input) => runCommandBehind(...enterBoard(lab, board))(command, input);
}

/** Runs the board's bramble, started again whenever it ends. */
export async function startBramble(lab: LabRecord, board: LabBoard): Promise<void> {
  const { bramble } = boardPaths(lab.name, board.name);
  await startService(lab, board, "bramble", [brambleProgram, "run", "--data-dir", bramble, ...board.runOptions]);
}

/** The client of a board's engine, run on the machine. */
export function dockerOf(lab: LabRecord, board: LabBoard): (...args: string[]) => Promise<string> {
  const host = `unix://${boardPaths(lab.name, board.name).engineSocket}`;
  return (...args) => runCommand(["docker", "--host", host, ...args]);
}

async function startInit(lab: LabRecord, board: LabBoard): Promise<void> {
  const log = openSync(join(boardPaths(lab.name, board.name).logs, "init.log"), "a");
  const namespaces = [
    "--mount",
    "--uts",
    "--ipc",
    "--pid",
    "--fork",
    "--kill-child=SIGKILL",
    "--propagation",
    "private",
  ];
  const child = spawn(
    "nsenter",
    [
      `--net=${namespacePath(boardNamespace(lab.name, board.name))}`,
      "unshare",
      ...namespaces,
      "bash",
      join(import.meta.dirname, "board-init.sh"),
      board.name,
    ],
    { detached: true, stdio: ["ignore", "pipe", log] },
  );
  closeSync(log);
  if ((await firstLine(child)) === "ready") return;
  throw new Error(`board ${board.name} did not start: see ${boardPaths(lab.name, board.name).logs}/init.log`);
}

async function startEngine(lab: LabRecord, board: LabBoard): Promise<void> {
  const { engineData, engineSocket, logs } = boardPaths(lab.name, board.name);
  await startService(lab, board, "dockerd", [
    "dockerd",
    `--data-root=${engineData}`,
    "--exec-root=/run/docker",
    "--pidfile=/run/docker.pid",
    "--host=unix:///run/docker.sock",
    `--host=unix://${engineSocket}`,
    `--cgroup-parent=${cgroupOf(lab.name)}/${board.name}`,
    "--exec-opt=native.cgroupdriver=cgroupfs",
    // The board's network is bramble's: the engine neither makes bridges nor rules.
    "--bridge=none",
    "--iptables=false",
    "--userland-proxy=false",
    "--log-level=warn",
  ]);
  await waitUntil(`the engine of ${board.name} answers (see ${logs}/dockerd.log)`, engineReadyMs, () =>
    dockerOf(
      lab,
      board,
    )("version").then(
      () => true,
      () => false,
    ),
  );
}

async function startService(lab: LabRecord, board: LabBoard, name: string, command: readonly string[]): Promise<void> {
  const log = join(boardPaths(lab.name, board.name).logs, `${name}.log`);
  const service = join(import.meta.dirname, "board-service.sh");
  // Handed over to the board's first process, so that nothing of it hangs on whoever started it.
  await runOn(
    lab,
    board,
  )(["sh", "-c", 'setsid bash "$@" >/dev/null 2>&1 </dev/null &', "sh", service, log, ...command]);
}
