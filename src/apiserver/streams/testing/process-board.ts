/** A board for tests: commands are real processes of this machine, ports are ports of loopback, logs are files. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { PassThrough, Readable, type Writable } from "node:stream";
import {
  type BoardStream,
  BoardStreamError,
  type BoardStreams,
  type StreamChannel,
  type StreamEnd,
  type StreamRequest,
} from "../../../api/board-stream.ts";
import { drained } from "../byte-link.ts";

interface Parts {
  readonly input: Writable | undefined;
  readonly outputs: Readonly<Partial<Record<StreamChannel, Readable>>>;
  readonly ended: Promise<StreamEnd>;
  resize(columns: number, rows: number): void;
  close(): void;
}

export class ProcessBoard implements BoardStreams {
  /** The file that holds a container's log. */
  readonly logs = new Map<string, string>();
  /** A container's own process, for those who attach. */
  readonly running = new Map<string, ChildProcess>();
  readonly opened: StreamRequest[] = [];
  #unplugged: string | undefined;

  async open(node: string, request: StreamRequest, signal: AbortSignal): Promise<BoardStream> {
    signal.throwIfAborted();
    if (this.#unplugged !== undefined) throw new BoardStreamError("Unavailable", this.#unplugged);
    this.opened.push(request);
    const parts = await this.#start(node, request);
    const unplugged = Promise.withResolvers<StreamEnd>();
    const stream = streamOf({ ...parts, ended: Promise.race([parts.ended, unplugged.promise]) });
    this.#cut.set(stream, (message) => {
      unplugged.resolve({ type: "failed", reason: "Unavailable", message });
      parts.close();
    });
    void stream.ended.then(() => this.#cut.delete(stream));
    return stream;
  }

  readonly #cut = new Map<BoardStream, (message: string) => void>();

  get openCount(): number {
    return this.#cut.size;
  }

  unplug(message: string): void {
    this.#unplugged = message;
    for (const cut of this.#cut.values()) cut(message);
  }

  plugIn(): void {
    this.#unplugged = undefined;
  }

  async #start(_: string, request: StreamRequest): Promise<Parts> {
    switch (request.type) {
      case "exec":
        return request.tty ? terminal(request.command) : piped(request.command, request.stdin);
      case "attach": {
        const child = this.running.get(request.container);
        if (child === undefined) throw new BoardStreamError("NotFound", `container not found ("${request.container}")`);
        return attached(child);
      }
      case "log": {
        const file = this.logs.get(request.container);
        if (file === undefined) throw new BoardStreamError("NotFound", `container not found ("${request.container}")`);
        const lines = request.tailLines === undefined ? "+1" : String(request.tailLines);
        return piped(["tail", "-n", lines, ...(request.follow ? ["-f"] : []), file], false);
      }
      case "connect":
        return connected(request.port);
      default:
        throw new BoardStreamError("BadRequest", "boards for tests know nothing of this");
    }
  }
}

function streamOf(parts: Parts): BoardStream {
  const { input, outputs, ended } = parts;
  return {
    async write(_, bytes) {
      if (input === undefined || !input.writable) throw new BoardStreamError("BadRequest", "nobody reads");
      if (!input.write(bytes)) await drained(input).catch(() => {});
    },
    finish: () => input?.end(),
    resize: (columns, rows) => parts.resize(columns, rows),
    read: (channel) => outputs[channel] ?? Readable.from([]),
    ended,
    close: () => parts.close(),
  };
}

async function piped([program = "", ...args]: readonly string[], hasInput: boolean): Promise<Parts> {
  const child = spawn(program, args, { stdio: [hasInput ? "pipe" : "ignore", "pipe", "pipe"] });
  await spawned(child);
  return { ...attached(child), close: () => child.kill("SIGKILL") };
}

async function spawned(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once("spawn", resolve);
  child.once("error", (error) => reject(new BoardStreamError("BadRequest", error.message)));
  await promise;
}

function attached(child: ChildProcess): Parts {
  const { stdin, stdout, stderr } = child;
  stdin?.on("error", () => {});
  return {
    input: stdin ?? undefined,
    outputs: { ...(stdout !== null && { 1: kept(stdout) }), ...(stderr !== null && { 2: kept(stderr) }) },
    ended: ending(child),
    resize: () => {},
    close: () => {},
  };
}

/** Node throws away what a process has written when it ends before anybody reads. */
function kept(output: Readable): Readable {
  return output.pipe(new PassThrough());
}

async function ending(child: ChildProcess): Promise<StreamEnd> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return { type: "exited", code: child.exitCode ?? 137 };
}

/** Sizes reach the terminal through a fourth descriptor. */
const terminalProgram = `
import fcntl, os, pty, select, struct, sys, termios
pid, master = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
sources = [0, 3, master]
while True:
    for ready in select.select(sources, [], [])[0]:
        try:
            data = os.read(ready, 65536)
        except OSError:
            data = b""
        if ready == 3 and data:
            columns, rows = data.decode().strip().split("\\n")[-1].split()
            fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
        elif ready == master and not data:
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        elif ready == master:
            os.write(1, data)
        elif data:
            os.write(master, data)
        else:
            sources.remove(ready)
`;

async function terminal(command: readonly string[]): Promise<Parts> {
  const child = spawn("python3", ["-c", terminalProgram, ...command], { stdio: ["pipe", "pipe", "pipe", "pipe"] });
  await spawned(child);
  const sizes = child.stdio[3];
  return {
    ...attached(child),
    resize: (columns, rows) => {
      if (sizes !== null && sizes !== undefined && "write" in sizes) sizes.write(`${columns} ${rows}\n`);
    },
    close: () => child.kill("SIGKILL"),
  };
}

async function connected(port: number): Promise<Parts> {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("connect", resolve);
  socket.on("error", (error) => reject(new BoardStreamError("Unavailable", error.message)));
  await promise;
  const ended = new Promise<StreamEnd>((done) => socket.once("close", () => done({ type: "closed" })));
  return { input: socket, outputs: { 0: socket }, ended, resize: () => {}, close: () => socket.destroy() };
}
