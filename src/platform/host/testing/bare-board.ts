/** A board without engine or fleet, for tests: network, mount and uts namespaces of its own, held by one process. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunCommand, runCommand, runCommandBehind } from "../run-command.ts";

export interface BareBoard {
  readonly pid: number;
  /** A directory that goes with the board. */
  readonly directory: string;
  readonly ownNet: string;
  readonly run: RunCommand;
  /** A network namespace in which nothing but `lo` is up, as a sandbox has; returns its first process. */
  sandbox(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a board with `lo` up and a private `/run`. Needs root. */
export async function startBareBoard(): Promise<BareBoard> {
  const started: ChildProcess[] = [];
  const directory = await mkdtemp(join(tmpdir(), "bare-board-"));
  const holder = await startHolder([
    ...["unshare", "--net", "--mount", "--propagation", "private", "sh", "-c"],
    "mount -t tmpfs tmpfs /run && ip link set lo up && echo ready && exec cat",
  ]);
  started.push(holder);
  const pid = pidOf(holder);
  const enter = ["nsenter", `--net=/proc/${pid}/ns/net`, `--mount=/proc/${pid}/ns/mnt`];
  return {
    pid,
    directory,
    ownNet: `/proc/${pid}/net`,
    run: runCommandBehind(...enter),
    async sandbox() {
      const child = await startHolder(["unshare", "--net", "sh", "-c", "ip link set lo up && echo ready && exec cat"]);
      started.push(child);
      return pidOf(child);
    },
    async stop() {
      for (const child of started.toReversed()) await end(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Joins two boards by a cable; each end is named `eth0` and has the address given. */
export async function cable(a: BareBoard, addressA: string, b: BareBoard, addressB: string): Promise<void> {
  await a.run(["ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", String(b.pid)]);
  for (const [board, address] of [
    [a, addressA],
    [b, addressB],
  ] as const) {
    await board.run(["ip", "address", "add", address, "dev", "eth0"]);
    await board.run(["ip", "link", "set", "eth0", "up"]);
  }
}

/** Runs a command in the network namespace of a process. */
export function inSandbox(pid: number): RunCommand {
  return runCommandBehind("nsenter", `--net=/proc/${pid}/ns/net`);
}

/** The processes of this machine that have `name`, oldest first. */
export async function processesIn(board: BareBoard, name: string): Promise<string[]> {
  const namespace = (await runCommand(["readlink", `/proc/${board.pid}/ns/net`])).trim();
  const listed = await runCommand([
    "sh",
    "-c",
    'for p in /proc/[0-9]*; do echo "$(readlink $p/ns/net) $(cat $p/comm) $p"; done 2>/dev/null',
  ]);
  return listed.split("\n").filter((line) => line.startsWith(`${namespace} ${name}`));
}

async function startHolder(command: readonly string[]): Promise<ChildProcess> {
  const [file = "", ...args] = command;
  // It reads until this process ends, however that comes about, and ends with it.
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
  const outcome = await Promise.race([once(child.stdout, "data"), once(child, "exit").then(() => undefined)]);
  if (outcome === undefined) throw new Error(`${command.join(" ")} ended; namespaces need root`);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("the process did not start");
  return child.pid;
}
