/** What the agent needs from the board it runs on. */
import type { SliceObject } from "../api/board-link.ts";

/** Gives pods their addresses; implemented with the board's bridge and WireGuard mesh. */
export interface PodNetwork {
  /** Gives the sandbox whose first process is `sandboxPid` an `eth0` with `address` (`10.42.1.7`). Idempotent. */
  attach(pod: { readonly uid: string; readonly sandboxPid: number; readonly address: string }): Promise<void>;
  /** Removes what `attach` made; nothing happens where it is gone already. */
  detach(podUid: string): Promise<void>;
}

/** What the engine reports of one container that carries our labels. Times are the engine's wall clock. */
export interface RuntimeContainer {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: "created" | "running" | "exited";
  /** The first process as the board sees it; 0 unless running. */
  readonly pid: number;
  /** Meaningful once exited. */
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** Why the engine could not start it; empty otherwise. */
  readonly error: string;
  readonly imageId: string;
  readonly createdAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly finishedAtMs: number | undefined;
}

export interface RuntimeMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** One container to make, in terms that every engine has. */
export interface RuntimeContainerSpec {
  /** Unique on the engine, which refuses a second of the same name: two agents cannot both start a container. */
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Replaces the image's entrypoint; its arguments too, unless `args` gives others. */
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  /** `NAME=value` */
  readonly env: readonly string[];
  readonly workingDir: string | undefined;
  /** `1000`, `1000:1000` */
  readonly user: string | undefined;
  readonly hostname: string | undefined;
  readonly stdin: boolean;
  /** Standard input ends with whoever attaches to it first. */
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  /** `own`: nothing but loopback until `PodNetwork.attach`; `{ sandbox }`: that container's namespace. */
  readonly network: "own" | "host" | { readonly sandbox: string };
  readonly ipc: "own" | "host" | { readonly sandbox: string };
  readonly pid: "own" | "host" | { readonly sandbox: string };
  readonly mounts: readonly RuntimeMount[];
  readonly resources: {
    readonly nanoCpus?: number;
    readonly cpuShares?: number;
    readonly memoryBytes?: number;
  };
  readonly security: {
    readonly privileged: boolean;
    readonly readOnlyRootFilesystem: boolean;
    readonly noNewPrivileges: boolean;
    readonly capabilitiesAdd: readonly string[];
    readonly capabilitiesDrop: readonly string[];
    readonly groups: readonly string[];
  };
}

export interface RuntimeLogOptions {
  readonly follow: boolean;
  /** The last lines only; all when undefined. */
  readonly tailLines: number | undefined;
  readonly sinceMs: number | undefined;
  readonly timestamps: boolean;
}

/** What somebody sits at: a command in a container, or the container's own first process. */
export interface RuntimeSession {
  /** What it prints; with a terminal, all on channel 1. Ends with the process, or when nobody can print any more. */
  readonly output: AsyncIterable<{ readonly channel: 1 | 2; readonly bytes: Uint8Array }>;
  /** Resolves when more may be written; rejects when nobody reads it any more. */
  write(bytes: Uint8Array): Promise<void>;
  endInput(): void;
  /** A terminal's size; nothing happens where there is none. */
  resize(columns: number, rows: number): Promise<void>;
  /** Resolves when the command has ended. */
  exitCode(): Promise<number>;
  /** Ends the session, and a command that runs on with it; a container's own process is left alone. */
  close(): Promise<void>;
}

export interface RuntimeSessionOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/**
 * The container engine. Every method rejects with `RuntimeUnavailableError` while the engine does not answer, and
 * with an `Error` whose message the engine gave otherwise.
 */
export interface Runtime {
  /** `docker`, `20.10.24` */
  version(): Promise<{ readonly name: string; readonly version: string }>;
  /** Containers with the label `label`, or with `label=value`. */
  list(label: string): Promise<readonly RuntimeContainer[]>;
  inspect(id: string): Promise<RuntimeContainer | undefined>;
  /** Makes a container and returns its id; where one of that name exists already, that one's. */
  create(spec: RuntimeContainerSpec): Promise<string>;
  start(id: string): Promise<void>;
  /** SIGTERM (or the image's own signal), SIGKILL after `graceSeconds`; resolves when it has ended. */
  stop(id: string, graceSeconds: number): Promise<void>;
  /** Kills it where it runs and removes it; nothing happens where it is gone. */
  remove(id: string): Promise<void>;
  /** Runs a command inside; `output` is its first 10 kB. Rejects when it outlasts `timeoutMs`. */
  exec(id: string, command: readonly string[], timeoutMs: number): Promise<{ exitCode: number; output: string }>;
  /** Runs a command inside that somebody talks to. */
  openExec(id: string, command: readonly string[], options: RuntimeSessionOptions): Promise<RuntimeSession>;
  /** Joins what the container's first process prints from now on, and its input. */
  attach(id: string, options: RuntimeSessionOptions): Promise<RuntimeSession>;
  /** Lines of the container, each timestamp RFC 3339 with nine digits; ends with the container. */
  logs(id: string, options: RuntimeLogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** What a running container has used since it started; undefined of one that does not run, or is gone. */
  usage(id: string): Promise<UsageReading | undefined>;
  /** A local image and the user it runs as (empty for root); undefined when it is not there. */
  image(reference: string): Promise<{ readonly id: string; readonly user: string } | undefined>;
  pull(reference: string, signal: AbortSignal): Promise<void>;
  /** Takes an image archive as `docker save` writes it. */
  load(archive: Uint8Array): Promise<void>;
  /**
   * Reports containers with the label `label` that started or ended. `onOpen` is called once the stream stands:
   * what changed before must be listed. Resolves when `signal` aborts, rejects when the engine goes away.
   */
  events(
    label: string,
    onOpen: () => void,
    onChange: (labels: Readonly<Record<string, string>>) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** Counters of processor time and memory. */
export interface UsageReading {
  /** Nanoseconds of processor time, ever rising. */
  readonly cpuNs: number;
  readonly memoryBytes: number;
}

/** The same of the whole board. */
export interface BoardMeter {
  read(): Promise<UsageReading>;
}

/** A TCP connection. */
export interface PodConnection {
  /** What the other side sends, until it has no more. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Resolves when more may be written; rejects when the connection is gone. */
  write(bytes: Uint8Array): Promise<void>;
  endOutput(): void;
  close(): void;
}

/** Connects to what listens in a pod as one of its own processes would, so that listeners on its loopback are reached. */
export interface PodDialler {
  /**
   * Tries 127.0.0.1, ::1 and the pod's own address within the network namespace of the sandbox; `undefined` stands for
   * the board's own. Rejects with the first refusal.
   */
  dial(
    sandbox: { readonly id: string; readonly pid: number } | undefined,
    target: { readonly address: string | undefined; readonly port: number },
    signal: AbortSignal,
  ): Promise<PodConnection>;
}

/** The engine does not answer; everything it runs may well still run. */
export class RuntimeUnavailableError extends Error {
  override readonly name = "RuntimeUnavailableError";
}

/** What the agent mounts on its board; implemented with mount(8). The engine sees these mounts. */
export interface Mounts {
  /**
   * Mounts a file system in memory, for what must not reach the disk, at `directory`, which exists, unless one is
   * there. `mode` is octal text, `0700`.
   */
  mountMemory(
    directory: string,
    options: { readonly sizeBytes: number | undefined; readonly mode: string },
  ): Promise<void>;
  /**
   * Mounts at `place` the very file or directory that this process holds open as `descriptor`, wherever its name leads
   * by now. `place` is an empty directory for a directory, else an empty file, and nobody but root can change it.
   * Rejects where anything else would be seen there.
   */
  mountOpened(descriptor: number, place: string): Promise<void>;
  /**
   * Unmounts everything below `directory`, whoever mounted it. Rejects while anything is mounted there still: whoever
   * removed `directory` then would remove what is mounted.
   */
  unmountBelow(directory: string): Promise<void>;
}

/** What a board is: read from the hardware and the operating system, for its Node object. */
export interface BoardFacts {
  readonly hostname: string;
  /** Go's names, as Kubernetes labels use them: `amd64`, `arm64`, `arm`. */
  readonly arch: string;
  /** `Raspberry Pi 4 Model B Rev 1.4`; undefined where the board does not say. */
  readonly model: string | undefined;
  readonly cpuCount: number;
  readonly memoryBytes: number;
  /** Of the file system that holds the data directory. */
  readonly storageBytes: number;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
  /** IPv4, the one with the default route first; interfaces that Bramble or Docker made are left out. */
  readonly addresses: readonly string[];
  /** The board's own `/etc/resolv.conf`, or what it stands for where it names a local stub. */
  readonly resolvConf: string;
}

/** The board's slice on its own disk: what counts while no voter can be reached. */
export interface SliceStore {
  /** Undefined where the board has never been told its slice: then nothing may be removed. */
  load(): Promise<readonly SliceObject[] | undefined>;
  /** All of it or none of it, and durable once it resolves. `removes` are `sliceKey`s. */
  change(upserts: readonly SliceObject[], removes: readonly string[]): Promise<void>;
  /** The same, in place of all that was there. */
  replace(objects: readonly SliceObject[]): Promise<void>;
}
