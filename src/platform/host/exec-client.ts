/** Runs a program in a pod over a WebSocket, joined to a process's own streams (`v5.channel.k8s.io`). */
import { Agent } from "node:https";
import type { Readable, Writable } from "node:stream";
import WebSocket from "ws";
import { z } from "zod";
import { ApiError } from "../../api/api-error.ts";
import { messageOf, UsageError } from "../../lib/errors.ts";
import { identityOf } from "../pki/peer-identity.ts";
import type { KubeconfigUser } from "./kubeconfig.ts";

export interface PodCommand {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** The streams of a process; those of a terminal know its size. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: Writable & { readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable;
}

/** Channels by their first byte. */
const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
const protocol = "v5.channel.k8s.io";
const bufferedBytesMax = 1024 * 1024;

/** Resolves with the program's exit code. Throws `ApiError` for a refusal, `UsageError` where nobody answers. */
export function executeInPod(user: KubeconfigUser, command: PodCommand, terminal: Terminal): Promise<number> {
  const { stdin, stdout, stderr } = terminal;
  if (command.tty && stdin.isTTY !== true)
    return Promise.reject(new UsageError("-t needs a terminal: leave it out where the input is a file or a pipe"));
  return new Promise((resolve, reject) => {
    const { caPem, certificatePem, keyPem, token } = user;
    const agent = new Agent({
      ca: caPem,
      ...(certificatePem !== undefined && { cert: certificatePem }),
      ...(keyPem !== undefined && { key: keyPem }),
      checkServerIdentity: (_host, certificate) =>
        identityOf(certificate)?.voterId === undefined ? new Error("it is not a voter of the fleet") : undefined,
    });
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const socket = new WebSocket(urlOf(user, command), protocol, { agent, headers });
    let restore = () => {};
    let outcome: number | Error | undefined;
    socket.on("unexpected-response", (_, response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => reject(refusalOf(response.statusCode ?? 0, body)));
    });
    socket.on("error", (cause) =>
      reject(new UsageError(`${user.server} does not answer (${messageOf(cause)})`, { cause })),
    );
    socket.on("open", () => {
      if (command.tty) restore = shareTerminal(socket, terminal);
      if (command.stdin) sendInput(socket, stdin);
    });
    socket.on("message", (data: Buffer) => {
      const bytes = data.subarray(1);
      switch (data[0]) {
        case channel.stdout:
          write(socket, stdout, bytes);
          break;
        case channel.stderr:
          write(socket, stderr, bytes);
          break;
        case channel.error:
          outcome = outcomeOf(bytes.toString());
          break;
        default:
          break;
      }
    });
    socket.on("close", () => {
      restore();
      stdin.destroy();
      if (typeof outcome === "number") resolve(outcome);
      else
        reject(outcome ?? new UsageError("the connection broke before the program ended: see whether it still runs"));
    });
  });
}

function urlOf({ server }: KubeconfigUser, { namespace, pod, container, command, stdin, tty }: PodCommand): URL {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec`;
  const url = new URL(path, server.replace(/^https/, "wss"));
  for (const word of command) url.searchParams.append("command", word);
  if (container !== undefined) url.searchParams.set("container", container);
  url.searchParams.set("stdin", String(stdin));
  url.searchParams.set("stdout", "true");
  url.searchParams.set("stderr", String(!tty));
  url.searchParams.set("tty", String(tty));
  return url;
}

/** Each key goes over as it is typed, and the size as it changes. Returns what gives the terminal back. */
function shareTerminal(socket: WebSocket, { stdin, stdout }: Terminal): () => void {
  stdin.setRawMode?.(true);
  const tellSize = () => {
    const size = { Width: stdout.columns || 80, Height: stdout.rows || 24 };
    socket.send(frame(channel.resize, Buffer.from(JSON.stringify(size))));
  };
  stdout.on("resize", tellSize);
  tellSize();
  return () => {
    stdout.off("resize", tellSize);
    stdin.setRawMode?.(false);
  };
}

/** Takes no more from the pod while what it printed waits to be read. */
function write(socket: WebSocket, to: Writable, bytes: Buffer): void {
  if (to.write(bytes)) return;
  socket.pause();
  to.once("drain", () => socket.resume());
}

function sendInput(socket: WebSocket, stdin: Readable): void {
  stdin.on("data", (chunk: Buffer) => {
    socket.send(frame(channel.stdin, chunk), () => {
      if (socket.bufferedAmount < bufferedBytesMax) stdin.resume();
    });
    if (socket.bufferedAmount >= bufferedBytesMax) stdin.pause();
  });
  stdin.on("end", () => socket.send(Buffer.of(channel.close, channel.stdin)));
}

function frame(to: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(to), bytes]);
}

/** The last word on the error channel, which is a `Status` without its kind. */
const outcomeSchema = z.object({
  status: z.string(),
  message: z.string().optional(),
  details: z
    .object({ causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).optional() })
    .optional(),
});

/** The exit code, or why there is none. */
function outcomeOf(text: string): number | Error {
  const parsed = outcomeSchema.safeParse(JSON.parse(text));
  if (!parsed.success) return new UsageError(`the server ended the program with ${text}`);
  const { status, message, details } = parsed.data;
  if (status === "Success") return 0;
  const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  return code === undefined ? new UsageError(message ?? "the program could not be run") : Number(code);
}

function refusalOf(code: number, body: string): ApiError {
  try {
    return ApiError.fromReply(code, JSON.parse(body));
  } catch {
    return ApiError.fromReply(code, body);
  }
}
