/** The `Runtime` port on a Docker engine behind its Unix socket. */
import { Readable } from "node:stream";
import type Dockerode from "dockerode";
import { z } from "zod";
import type { Runtime, RuntimeContainer, RuntimeLogOptions } from "../../agent/ports.ts";
import { RuntimeUnavailableError } from "../../agent/ports.ts";
import { UsageError } from "../../lib/errors.ts";
import { demultiplex } from "./demultiplex.ts";
import { parseInspected, toCreateOptions } from "./docker-container.ts";
import { engineMissing, statusOf, translateError } from "./docker-errors.ts";
import { openLogs } from "./docker-logs.ts";
import { attach, openExec } from "./docker-session.ts";
import { readUsage } from "./docker-usage.ts";
import { loadDockerode } from "./load-dockerode.ts";

const execOutputBytesMax = 10_240;

/**
 * The engine's socket: `DOCKER_HOST` if it names a Unix socket, `/var/run/docker.sock` otherwise.
 * Throws `UsageError` for any other `DOCKER_HOST`.
 */
export function dockerSocketPath(env: Readonly<Record<string, string | undefined>>): string {
  const host = env["DOCKER_HOST"];
  if (host === undefined || host === "") return "/var/run/docker.sock";
  if (host.startsWith("unix://")) return host.slice("unix://".length);
  throw new UsageError(`DOCKER_HOST is ${host}, but only a local engine can run pods: set it to unix:///<path>`);
}

/** Resolves when the engine at `socketPath` answers; throws a `UsageError` that says what to install or start. */
export async function requireDocker(socketPath: string): Promise<void> {
  try {
    await loadDockerode(socketPath).ping();
  } catch (thrown) {
    throw engineMissing(socketPath, thrown);
  }
}

/** Forgets an image. One that is not there is none to forget, and one that somebody's container uses stays. */
export async function removeImage(socketPath: string, reference: string): Promise<void> {
  await unlessStatus([404, 409], () => loadDockerode(socketPath).getImage(reference).remove());
}

/** The engine at `socketPath`, which need not run yet. */
export function dockerRuntime(socketPath: string): Runtime {
  const docker = loadDockerode(socketPath);

  const inspect = (id: string): Promise<RuntimeContainer | undefined> =>
    unlessStatus([404], async () => parseInspected(await docker.getContainer(id).inspect()));

  return {
    version: () =>
      asking(async () => ({ name: "docker", version: versionSchema.parse(await docker.version()).Version })),

    list: (label) =>
      asking(async () => {
        const found = await docker.listContainers({ all: true, filters: { label: [label] } });
        const inspectedAll = await Promise.all(found.map(({ Id }) => inspect(Id)));
        return inspectedAll.filter((container) => container !== undefined);
      }),

    inspect,

    create: (spec) =>
      asking(async () => {
        try {
          return (await docker.createContainer(toCreateOptions(spec))).id;
        } catch (thrown) {
          const existing = statusOf(thrown) === 409 ? await inspect(spec.name) : undefined;
          if (existing === undefined) throw thrown;
          return existing.id;
        }
      }),

    start: async (id) => {
      await unlessStatus([304], () => docker.getContainer(id).start());
    },

    stop: async (id, graceSeconds) => {
      await unlessStatus([304, 404], () => docker.getContainer(id).stop({ t: Math.ceil(graceSeconds) }));
    },

    remove: async (id) => {
      // 409: someone else is removing it right now.
      await unlessStatus([404, 409], () => docker.getContainer(id).remove({ force: true, v: true }));
    },

    exec: (id, command, timeoutMs) => asking(() => runInside(docker, id, command, timeoutMs)),

    openExec: (id, command, options) => asking(() => openExec(docker, id, command, options)),

    attach: (id, options) => asking(() => attach(docker, id, options)),

    logs: (id, options, signal) => readLogs(docker, id, options, signal),

    usage: (id) => unlessStatus([404, 409], () => readUsage(docker, id)),

    image: (reference) =>
      unlessStatus([404], async () => {
        const { Id, Config } = imageSchema.parse(await docker.getImage(reference).inspect());
        return { id: Id, user: Config?.User ?? "" };
      }),

    pull: (reference, abortSignal) =>
      asking(async () => finished(docker, await docker.pull(withTag(reference), { abortSignal }))),

    load: (archive) => asking(async () => finished(docker, await docker.loadImage(Readable.from([archive])))),

    events: (label, onOpen, onChange, signal) => asking(() => followEvents(docker, label, onOpen, onChange, signal)),
  };
}

const versionSchema = z.object({ Version: z.string() });
const imageSchema = z.object({ Id: z.string(), Config: z.object({ User: z.string().nullish() }).nullish() });
const eventSchema = z.object({ Actor: z.object({ Attributes: z.record(z.string(), z.string()) }) });

async function asking<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (thrown) {
    throw translateError(thrown);
  }
}

/** Undefined where the engine refused with one of `statuses`: what was asked for is already so. */
async function unlessStatus<T>(statuses: readonly number[], question: () => Promise<T>): Promise<T | undefined> {
  return asking(async () => {
    try {
      return await question();
    } catch (thrown) {
      if (statuses.includes(statusOf(thrown) ?? 0)) return undefined;
      throw thrown;
    }
  });
}

/** A reference without tag or digest means `latest`; the engine would pull every tag of it. */
function withTag(reference: string): string {
  const name = reference.slice(reference.lastIndexOf("/") + 1);
  return name.includes(":") || name.includes("@") ? reference : `${reference}:latest`;
}

/** Reads a progress stream to its end; rejects with the error that it may carry. */
function finished(docker: Dockerode, progress: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}

async function runInside(docker: Dockerode, id: string, command: readonly string[], timeoutMs: number) {
  const exec = await docker.getContainer(id).exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: false });
  const timer = setTimeout(() => stream.destroy(new Error(`command timed out after ${timeoutMs} ms`)), timeoutMs);
  try {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const { bytes } of demultiplex(stream)) {
      if (length < execOutputBytesMax) parts.push(bytes);
      length += bytes.length;
    }
    const output = Buffer.concat(parts).subarray(0, execOutputBytesMax).toString("utf8");
    return { exitCode: (await exec.inspect()).ExitCode ?? -1, output };
  } finally {
    clearTimeout(timer);
  }
}

async function* readLogs(
  docker: Dockerode,
  id: string,
  options: RuntimeLogOptions,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield* await asking(() => openLogs(docker, id, options, signal));
}

async function followEvents(
  docker: Dockerode,
  label: string,
  onOpen: () => void,
  onChange: (labels: Readonly<Record<string, string>>) => void,
  signal: AbortSignal,
): Promise<void> {
  const filters = JSON.stringify({ type: ["container"], label: [label], event: ["start", "die", "oom", "destroy"] });
  const options = { filters, abortSignal: signal };
  const stream = await docker.getEvents(options);
  onOpen();
  try {
    let rest = "";
    for await (const chunk of stream) {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onChange(eventSchema.parse(JSON.parse(line)).Actor.Attributes);
    }
  } catch (thrown) {
    if (signal.aborted) return;
    throw new RuntimeUnavailableError("the Docker engine ended its event stream", { cause: thrown });
  }
  if (!signal.aborted) throw new RuntimeUnavailableError("the Docker engine ended its event stream");
}
