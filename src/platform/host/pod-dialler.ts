/**
 * Connects to what listens in a pod. A socket belongs to the network namespace that it was made in, and a process cannot
 * change its own; so a small process within the pod's namespace makes it and hands it over. It stays for a few seconds,
 * since whoever connects once does so again.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, Socket } from "node:net";
import { z } from "zod";
import type { PodConnection, PodDialler } from "../../agent/ports.ts";
import type { Clock } from "../../lib/clock.ts";
import { diallerCommand } from "./dialler-program.ts";

const answerSchema = z.object({ id: z.int(), reason: z.string().optional() });

const lingerMs = 10_000;
const connectMsMax = 10_000;

const networkGone = "the pod's network is gone";

interface Helper {
  readonly child: ChildProcess;
  readonly waiting: Map<number, (outcome: Socket | Error) => void>;
  cancelEnd: () => void;
}

/** Needs root, and `nsenter` for pods that are not on the board's own network. */
export function podDialler(clock: Clock): PodDialler {
  const helpers = new Map<string, Helper>();
  let lastId = 0;

  const helperIn = (sandbox: { readonly id: string; readonly pid: number }): Helper => {
    const known = helpers.get(sandbox.id);
    if (known !== undefined) return known;
    const child = spawn("nsenter", [`--net=/proc/${sandbox.pid}/ns/net`, ...diallerCommand], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: { ...process.env, NODE_OPTIONS: "--max-semi-space-size=1 --max-old-space-size=16" },
    });
    const helper: Helper = { child, waiting: new Map(), cancelEnd: () => {} };
    helpers.set(sandbox.id, helper);
    const over = (reason: Error) => {
      if (helpers.get(sandbox.id) === helper) helpers.delete(sandbox.id);
      helper.cancelEnd();
      for (const tell of helper.waiting.values()) tell(reason);
      helper.waiting.clear();
    };
    child.once("error", (cause) => over(new Error("nsenter cannot be run: install util-linux", { cause })));
    child.once("exit", () => over(new Error(networkGone)));
    child.on("message", (answer, handle) => {
      const { id, reason } = answerSchema.parse(answer);
      const tell = helper.waiting.get(id);
      helper.waiting.delete(id);
      if (handle instanceof Socket) {
        if (tell === undefined) handle.destroy();
        else tell(handle);
      } else tell?.(new Error(reason ?? "the connection was lost"));
    });
    return helper;
  };

  const dialInside = (helper: Helper, hosts: readonly string[], port: number, signal: AbortSignal): Promise<Socket> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const id = lastId;
      const onAbort = () => {
        helper.waiting.delete(id);
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      helper.cancelEnd();
      helper.waiting.set(id, (outcome) => {
        signal.removeEventListener("abort", onAbort);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      });
      helper.child.send({ id, hosts, port, timeoutMs: connectMsMax }, (error) => {
        // Whoever has just ended cannot be told any more, and is not yet known to have.
        if (error) helper.waiting.get(id)?.(new Error(networkGone, { cause: error }));
      });
      helper.cancelEnd = clock.after(lingerMs, () => endWhenIdle(helper));
    });

  const endWhenIdle = (helper: Helper): void => {
    if (helper.waiting.size === 0) helper.child.disconnect();
    else helper.cancelEnd = clock.after(lingerMs, () => endWhenIdle(helper));
  };

  return {
    async dial(sandbox, { address, port }, signal) {
      signal.throwIfAborted();
      const hosts = ["127.0.0.1", "::1", ...(address === undefined ? [] : [address])];
      const socket =
        sandbox === undefined
          ? await dialHere(hosts, port, signal)
          : await dialInside(helperIn(sandbox), hosts, port, signal);
      return connectionOf(socket);
    },
  };
}

async function dialHere(hosts: readonly string[], port: number, signal: AbortSignal): Promise<Socket> {
  let first: unknown;
  for (const host of hosts) {
    const socket = connect({ host, port, allowHalfOpen: true });
    socket.pause();
    try {
      await once(socket, "connect", { signal: AbortSignal.any([signal, AbortSignal.timeout(connectMsMax)]) });
      return socket;
    } catch (thrown) {
      socket.destroy();
      signal.throwIfAborted();
      first ??= thrown;
    }
  }
  throw first;
}

function connectionOf(socket: Socket): PodConnection {
  // A socket that was handed over has forgotten it.
  socket.allowHalfOpen = true;
  socket.setNoDelay(true);
  socket.on("error", () => {});
  return {
    input: socket,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    endOutput: () => socket.end(),
    close: () => socket.destroy(),
  };
}
