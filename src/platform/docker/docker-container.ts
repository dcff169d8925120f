/** Translates between the agent's containers and the Engine API's. */
import type { ContainerCreateOptions } from "dockerode";
import { z } from "zod";
import type { RuntimeContainer, RuntimeContainerSpec } from "../../agent/ports.ts";

/**
 * Kept short: a container that talks too much must not wear out an SD card. The engine's own format takes a quarter of
 * the bytes that JSON adds to each line; what is rotated away soon is not worth being written once more to compress it.
 */
const logLimits = { "max-size": "5m", "max-file": "2", compress: "false" };

export function toCreateOptions(spec: RuntimeContainerSpec): ContainerCreateOptions {
  const { resources, security } = spec;
  return {
    name: spec.name,
    Image: spec.image,
    Labels: { ...spec.labels },
    ...(spec.command !== undefined && { Entrypoint: [...spec.command] }),
    ...(spec.args !== undefined && { Cmd: [...spec.args] }),
    Env: [...spec.env],
    ...(spec.workingDir !== undefined && { WorkingDir: spec.workingDir }),
    ...(spec.user !== undefined && { User: spec.user }),
    ...(spec.hostname !== undefined && { Hostname: spec.hostname }),
    OpenStdin: spec.stdin,
    StdinOnce: spec.stdinOnce,
    Tty: spec.tty,
    HostConfig: {
      NetworkMode: namespaceMode(spec.network, "none"),
      IpcMode: namespaceMode(spec.ipc, "shareable"),
      PidMode: namespaceMode(spec.pid, ""),
      Mounts: spec.mounts.map(({ source, target, readOnly }) => ({
        Type: "bind",
        Source: source,
        Target: target,
        ReadOnly: readOnly,
      })),
      // The agent owns restarts: the engine would start members of a sandbox that is not there yet.
      RestartPolicy: { Name: "no" },
      LogConfig: { Type: "local", Config: logLimits },
      ...(resources.nanoCpus !== undefined && { NanoCpus: resources.nanoCpus }),
      ...(resources.cpuShares !== undefined && { CpuShares: resources.cpuShares }),
      ...(resources.memoryBytes !== undefined && {
        Memory: resources.memoryBytes,
        MemorySwap: resources.memoryBytes,
      }),
      Privileged: security.privileged,
      ReadonlyRootfs: security.readOnlyRootFilesystem,
      CapAdd: [...security.capabilitiesAdd],
      CapDrop: [...security.capabilitiesDrop],
      GroupAdd: [...security.groups],
      ...(security.noNewPrivileges && { SecurityOpt: ["no-new-privileges"] }),
    },
  };
}

function namespaceMode(namespace: RuntimeContainerSpec["network"], own: string): string {
  if (namespace === "own") return own;
  return namespace === "host" ? "host" : `container:${namespace.sandbox}`;
}

const engineTime = z.string().transform((text) => {
  // The engine writes year 1 for "never".
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) || milliseconds <= 0 ? undefined : milliseconds;
});

const inspected = z.object({
  Id: z.string(),
  Created: engineTime,
  Image: z.string(),
  State: z.object({
    Status: z.string(),
    Running: z.boolean(),
    OOMKilled: z.boolean(),
    Pid: z.int(),
    ExitCode: z.int(),
    Error: z.string(),
    StartedAt: engineTime,
    FinishedAt: engineTime,
  }),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
});

/** Parses the Engine API's `GET /containers/<id>/json`. Throws `ZodError` on an engine that answers something else. */
export function parseInspected(answer: unknown): RuntimeContainer {
  const { Id, Created, Image, State, Config } = inspected.parse(answer);
  return {
    id: Id,
    labels: Config.Labels ?? {},
    state: stateOf(State.Status, State.Running),
    pid: State.Pid,
    exitCode: State.ExitCode,
    outOfMemory: State.OOMKilled,
    error: State.Error,
    imageId: Image,
    createdAtMs: Created ?? 0,
    startedAtMs: State.StartedAt,
    finishedAtMs: State.FinishedAt,
  };
}

function stateOf(status: string, running: boolean): RuntimeContainer["state"] {
  if (running) return "running";
  return status === "created" ? "created" : "exited";
}
