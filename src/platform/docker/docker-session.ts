/** Commands and containers that somebody sits at: the engine's hijacked connections. */
import { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type Dockerode from "dockerode";
import type { RuntimeSession, RuntimeSessionOptions } from "../../agent/ports.ts";
import { assert } from "../../lib/assert.ts";
import { demultiplex, type EngineFrame } from "./demultiplex.ts";
import { statusOf } from "./docker-errors.ts";

/**
 * The engine leaves a session at these keys. Its own choice, Ctrl-P and Ctrl-Q, would hold back every Ctrl-P of a shell.
 */
const detachKeys = "ctrl-^,ctrl-_,ctrl-^";
const pollMsMin = 10;
const pollMsMax = 500;

/** A command in the container `id`, which runs. */
export async function openExec(
  docker: Dockerode,
  id: string,
  command: readonly string[],
  { stdin, stdout, stderr, tty }: RuntimeSessionOptions,
): Promise<RuntimeSession> {
  const exec = await docker.getContainer(id).exec({
    Cmd: [...command],
    AttachStdin: stdin,
    AttachStdout: stdout,
    AttachStderr: stderr && !tty,
    Tty: tty,
    DetachKeys: detachKeys,
  });
  const socket = await exec.start({ hijack: true, stdin: true, Tty: tty });
  let isClosed = false;
  return {
    ...talk(socket, tty),
    resize: (columns, rows) => resizing(tty, () => exec.resize({ w: columns, h: rows })),
    async exitCode() {
      // A command may close its output long before it ends.
      for (let waitMs = pollMsMin; ; waitMs = Math.min(2 * waitMs, pollMsMax)) {
        const { Running: isRunning, ExitCode: code } = await exec.inspect();
        if (!isRunning || isClosed) return code ?? -1;
        await pause(waitMs);
      }
    },
    async close() {
      isClosed = true;
      socket.destroy();
      const { Running: isRunning, Pid: pid } = await exec.inspect();
      if (isRunning && pid > 0) killGroup(pid);
    },
  };
}

/** The first process of the container `id`, which runs. */
export async function attach(
  docker: Dockerode,
  id: string,
  { stdin, stdout, stderr, tty }: RuntimeSessionOptions,
): Promise<RuntimeSession> {
  const container = docker.getContainer(id);
  const options = { stream: true, stdin, stdout, stderr: stderr && !tty, detachKeys };
  const socket = duplex(await container.attach({ ...options, hijack: true }));
  return {
    ...talk(socket, tty),
    resize: (columns, rows) => resizing(tty, () => container.resize({ w: columns, h: rows })),
    exitCode: async () => (await container.inspect()).State.ExitCode,
    async close() {
      socket.destroy();
    },
  };
}

/** What it is, whatever the types of the package say. */
function duplex(socket: NodeJS.ReadWriteStream): Duplex {
  assert(socket instanceof Duplex, "a hijacked connection goes both ways");
  return socket;
}

function talk(socket: Duplex, tty: boolean): Pick<RuntimeSession, "output" | "write" | "endInput"> {
  // What is written behind the end of the process fails there; whoever writes is told.
  socket.on("error", () => {});
  const chunks = bytesOf(socket);
  return {
    output: tty ? plain(chunks) : demultiplex(chunks),
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    endInput: () => socket.end(),
  };
}

async function* bytesOf(socket: Duplex): AsyncGenerator<Uint8Array> {
  for await (const chunk of socket) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}

async function* plain(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EngineFrame> {
  for await (const bytes of chunks) yield { channel: 1, bytes };
}

/** A process that has ended meanwhile has no terminal any more. */
async function resizing(tty: boolean, resize: () => Promise<unknown>): Promise<void> {
  if (!tty) return;
  try {
    await resize();
  } catch (thrown) {
    if (statusOf(thrown) === undefined) throw thrown;
  }
}

/** A command is the leader of a session and a group of its own (runc sees to that): its children go with it. */
function killGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, "SIGKILL");
    } catch {
      // Ended by itself.
    }
  }
}
