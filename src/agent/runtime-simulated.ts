/** A `Runtime` without containers: the same rules as a real engine, so that a thousand boards fit into one process. */
import type { Clock } from "../lib/clock.ts";
import {
  type Runtime,
  type RuntimeContainer,
  type RuntimeContainerSpec,
  type RuntimeLogOptions,
  type RuntimeSessionOptions,
  RuntimeUnavailableError,
  type UsageReading,
} from "./ports.ts";
import { SimulatedLog, SimulatedSession } from "./runtime-simulated-output.ts";

interface Simulated {
  readonly spec: RuntimeContainerSpec;
  readonly log: SimulatedLog;
  seen: RuntimeContainer;
}

interface Listener {
  readonly label: string;
  readonly onChange: (labels: Readonly<Record<string, string>>) => void;
  readonly fail: (reason: Error) => void;
}

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  /** Images that are there from the start; `pull` brings others, unless `registry` refuses. */
  readonly images?: readonly string[];
  readonly registry?: (reference: string) => boolean;
  /** The exit code of a container that ends as soon as it starts; undefined for one that runs until it is stopped. */
  readonly endsAtOnce?: (spec: RuntimeContainerSpec) => number | undefined;
  readonly exec?: (spec: RuntimeContainerSpec, command: readonly string[]) => { exitCode: number; output: string };
}

export class SimulatedRuntime implements Runtime {
  readonly #options: SimulatedRuntimeOptions;
  readonly #images: Set<string>;
  readonly #containers = new Map<string, Simulated>();
  readonly #listeners = new Set<Listener>();
  /** Everything that anybody sat at, in order. */
  readonly sessions: SimulatedSession[] = [];
  #isDown = false;
  #count = 0;

  constructor(options: SimulatedRuntimeOptions) {
    this.#options = options;
    this.#images = new Set(options.images);
  }

  /** Ends a running container as if its process had. */
  exit(id: string, exitCode: number): void {
    const container = this.#containers.get(id);
    if (container?.seen.state !== "running") return;
    container.seen = {
      ...container.seen,
      state: "exited",
      pid: 0,
      exitCode,
      finishedAtMs: this.#options.clock.nowMs(),
    };
    container.log.end();
    this.#tell(container);
  }

  /** The board loses its power: everything that ran has exited, and the engine does not answer. */
  losePower(): void {
    this.goDown();
    for (const [id, { seen }] of this.#containers) if (seen.state === "running") this.exit(id, 255);
  }

  /** The engine stops answering; containers run on. */
  goDown(): void {
    this.#isDown = true;
    for (const { fail } of this.#listeners) fail(new RuntimeUnavailableError("the engine is down"));
    this.#listeners.clear();
  }

  comeBack(): void {
    this.#isDown = false;
  }

  get containers(): readonly RuntimeContainer[] {
    return Array.from(this.#containers.values(), ({ seen }) => seen);
  }

  async version() {
    this.#check();
    return { name: "simulated", version: "1" };
  }

  async list(label: string): Promise<readonly RuntimeContainer[]> {
    this.#check();
    return this.containers.filter(({ labels }) => matches(labels, label));
  }

  async inspect(id: string): Promise<RuntimeContainer | undefined> {
    this.#check();
    return this.#containers.get(id)?.seen;
  }

  async create(spec: RuntimeContainerSpec): Promise<string> {
    this.#check();
    for (const [id, known] of this.#containers) if (known.spec.name === spec.name) return id;
    if (!this.#images.has(spec.image)) throw new Error(`No such image: ${spec.image}`);
    this.#count += 1;
    const id = this.#count.toString(16).padStart(64, "0");
    const seen: RuntimeContainer = {
      id,
      labels: spec.labels,
      state: "created",
      pid: 0,
      exitCode: 0,
      outOfMemory: false,
      error: "",
      imageId: `sha256:${spec.image}`,
      createdAtMs: this.#options.clock.nowMs(),
      startedAtMs: undefined,
      finishedAtMs: undefined,
    };
    this.#containers.set(id, { spec, seen, log: new SimulatedLog() });
    return id;
  }

  async start(id: string): Promise<void> {
    const container = this.#find(id);
    if (container.seen.state === "running") return;
    for (const namespace of [container.spec.network, container.spec.ipc, container.spec.pid]) {
      if (typeof namespace === "object" && this.#containers.get(namespace.sandbox)?.seen.state !== "running") {
        throw new Error(`cannot join container ${namespace.sandbox}: it is not running`);
      }
    }
    const startedAtMs = this.#options.clock.nowMs();
    container.seen = {
      ...container.seen,
      state: "running",
      pid: 1000 + this.#count,
      startedAtMs,
      finishedAtMs: undefined,
    };
    container.log.begin();
    this.#tell(container);
    const exitCode = this.#options.endsAtOnce?.(container.spec);
    if (exitCode !== undefined) this.exit(id, exitCode);
  }

  async stop(id: string, graceSeconds: number): Promise<void> {
    this.#check();
    this.exit(id, graceSeconds > 0 ? 143 : 137);
  }

  async remove(id: string): Promise<void> {
    this.#check();
    const container = this.#containers.get(id);
    if (container === undefined) return;
    this.#containers.delete(id);
    this.#tell(container);
  }

  async exec(id: string, command: readonly string[]): Promise<{ exitCode: number; output: string }> {
    const { seen, spec } = this.#find(id);
    if (seen.state !== "running") throw new Error(`Container ${id} is not running`);
    return this.#options.exec?.(spec, command) ?? { exitCode: 0, output: "" };
  }

  async openExec(id: string, command: readonly string[], { stdin }: RuntimeSessionOptions): Promise<SimulatedSession> {
    const { output, exitCode } = await this.exec(id, command);
    return this.#sit(new SimulatedSession(output, exitCode, stdin));
  }

  async attach(id: string, { stdin }: RuntimeSessionOptions): Promise<SimulatedSession> {
    if (this.#find(id).seen.state !== "running") throw new Error(`Container ${id} is not running`);
    return this.#sit(new SimulatedSession("", 0, stdin));
  }

  #sit(session: SimulatedSession): SimulatedSession {
    this.sessions.push(session);
    return session;
  }

  /** Has a container print a line. */
  print(id: string, line: string): void {
    this.#find(id).log.print(line, this.#options.clock.nowMs());
  }

  async *logs(id: string, options: RuntimeLogOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    yield* this.#find(id).log.read(options, signal);
  }

  /** Simulated processes are always idle. */
  async usage(id: string): Promise<UsageReading | undefined> {
    this.#check();
    const running = this.#containers.get(id)?.seen.state === "running";
    return running ? { cpuNs: 0, memoryBytes: 1_048_576 } : undefined;
  }

  async image(reference: string): Promise<{ id: string; user: string } | undefined> {
    this.#check();
    return this.#images.has(reference) ? { id: `sha256:${reference}`, user: "" } : undefined;
  }

  async pull(reference: string): Promise<void> {
    this.#check();
    if (this.#options.registry?.(reference) === false) throw new Error(`manifest for ${reference} not found`);
    this.#images.add(reference);
  }

  /** Archives are known by the tag that their manifest names. */
  async load(archive: Uint8Array): Promise<void> {
    this.#check();
    const tag = /"RepoTags":\["([^"]+)"\]/.exec(new TextDecoder().decode(archive))?.[1];
    if (tag === undefined) throw new Error("invalid archive: does not contain a manifest");
    this.#images.add(tag);
  }

  events(
    label: string,
    onOpen: () => void,
    onChange: (labels: Readonly<Record<string, string>>) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isDown) return reject(new RuntimeUnavailableError("the engine is down"));
      const listener: Listener = { label, onChange, fail: reject };
      this.#listeners.add(listener);
      signal.addEventListener("abort", () => {
        this.#listeners.delete(listener);
        resolve();
      });
      onOpen();
    });
  }

  #check(): void {
    if (this.#isDown) throw new RuntimeUnavailableError("the engine is down");
  }

  #find(id: string): Simulated {
    this.#check();
    const container = this.#containers.get(id);
    if (container === undefined) throw new Error(`No such container: ${id}`);
    return container;
  }

  #tell({ seen }: Simulated): void {
    for (const { label, onChange } of this.#listeners) if (matches(seen.labels, label)) onChange(seen.labels);
  }
}

function matches(labels: Readonly<Record<string, string>>, label: string): boolean {
  const [name = "", ...value] = label.split("=");
  return value.length === 0 ? labels[name] !== undefined : labels[name] === value.join("=");
}
