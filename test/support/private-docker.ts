/** A Docker engine of the tests' own: its data, socket and containers disturb no other engine on the machine. */
import { execFile, spawn } from "node:child_process";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { boardMounts } from "../../src/platform/host/board-mounts.ts";

const run = promisify(execFile);
const startMsMax = 30_000;

export interface PrivateDocker {
  readonly socketPath: string;
  /** Ends the engine and the containers it runs, and removes what it wrote. */
  stop(): Promise<void>;
  /** Kills the engine but not its containers; `start` brings it back. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Starts `dockerd` (package `docker.io`, as root) and waits until it answers. */
export async function startPrivateDocker(): Promise<PrivateDocker> {
  const directory = await mkdtemp(join(tmpdir(), "bramble-docker-"));
  const socketPath = join(directory, "docker.sock");
  let engine = await launch(directory, socketPath);

  return {
    socketPath,
    start: async () => {
      engine = await launch(directory, socketPath);
    },
    kill: () => engine.end("SIGKILL"),
    stop: async () => {
      await removeContainers(socketPath);
      await engine.end("SIGTERM");
      // An engine that was killed once leaves its mounts behind.
      await boardMounts.unmountBelow(directory);
      await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

interface Engine {
  end(signal: NodeJS.Signals): Promise<void>;
}

async function launch(directory: string, socketPath: string): Promise<Engine> {
  const logPath = join(directory, "dockerd.log");
  const log = await open(logPath, "a");
  const child = spawn(
    "dockerd",
    [
      `--data-root=${join(directory, "data")}`,
      `--exec-root=${join(directory, "exec")}`,
      `--pidfile=${join(directory, "docker.pid")}`,
      `--host=unix://${socketPath}`,
      "--iptables=false",
      "--bridge=none",
      "--live-restore",
    ],
    // To a file, not a pipe: the containers' shims inherit it and would keep it open after the engine's end.
    { stdio: ["ignore", log.fd, log.fd] },
  );
  await log.close();
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const failed = new Promise<never>((_, reject) => {
    child.once("error", (cause) => reject(new Error("dockerd cannot be started: install docker.io", { cause })));
    child.once("exit", () => reject(new Error(`dockerd ended early (does it run as root?): see ${logPath}`)));
  });
  failed.catch(() => {});
  await Promise.race([answers(socketPath), failed]);
  return {
    end: async (signal) => {
      const containerd = signal === "SIGKILL" ? await containerdPid(directory) : undefined;
      child.kill(signal);
      await ended;
      if (containerd !== undefined) await endAndForget(containerd, directory);
    },
  };
}

async function containerdPid(directory: string): Promise<number> {
  return Number(await readFile(join(directory, "exec/containerd/containerd.pid"), "utf8"));
}

/** A killed engine leaves its containerd and both pid files, which the next engine would believe. */
async function endAndForget(containerd: number, directory: string): Promise<void> {
  process.kill(containerd, "SIGKILL");
  await rm(join(directory, "exec/containerd/containerd.pid"), { force: true });
  await rm(join(directory, "docker.pid"), { force: true });
}

async function answers(socketPath: string): Promise<void> {
  const deadline = Date.now() + startMsMax;
  while (!(await ping(socketPath))) {
    if (Date.now() > deadline) throw new Error(`dockerd did not answer within ${startMsMax} ms`);
    await delay(50);
  }
}

function ping(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const question = request({ socketPath, path: "/_ping", agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    question.once("error", () => resolve(false));
    question.end();
  });
}

/** With `--live-restore` an engine that ends leaves its containers running. */
async function removeContainers(socketPath: string): Promise<void> {
  const docker = (...args: string[]) => run("docker", ["--host", `unix://${socketPath}`, ...args]);
  const { stdout } = await docker("ps", "--all", "--quiet");
  const ids = stdout.split("\n").filter((id) => id !== "");
  if (ids.length > 0) await docker("rm", "--force", ...ids);
}

/** Imports `/bin/busybox` (package `busybox-static`) as the image `reference`. */
export async function importBusybox(socketPath: string, reference: string): Promise<void> {
  const script =
    'set -e; root=$(mktemp -d); trap "rm -rf $root" EXIT; mkdir -p $root/bin $root/tmp $root/etc; ' +
    "cp /bin/busybox $root/bin/; for applet in sh sleep cat echo ls nc true false env id stat df mount kill touch " +
    "hostname test httpd; do ln -s busybox $root/bin/$applet; done; " +
    `tar -C $root -c . | docker --host unix://${socketPath} import --change 'ENV PATH=/bin' - ${reference}`;
  await run("bash", ["-c", script]);
}
