/** A board for tests: everything around the agent but its engine, which outlives the agent as on a real board. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SliceObject } from "../../api/board-link.ts";
import { sliceKey } from "../../api/board-link.ts";
import type { Clock } from "../../lib/clock.ts";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import type { BoardFacts, Mounts, PodNetwork, Runtime, SliceStore } from "../ports.ts";
import { type Agent, startAgent } from "../start-agent.ts";
import { TestVoter } from "./test-voter.ts";

const testFacts: BoardFacts = {
  hostname: "b1",
  arch: "amd64",
  model: "Raspberry Pi 4 Model B Rev 1.4",
  cpuCount: 4,
  memoryBytes: 1024 ** 3,
  storageBytes: 16 * 1024 ** 3,
  kernelVersion: "6.12.0",
  osImage: "Debian GNU/Linux 12",
  machineId: "m",
  systemUuid: "s",
  bootId: "b",
  addresses: ["10.99.0.1"],
  resolvConf: "nameserver 192.0.2.53\n",
};

/** A disk that counts how often it is written. */
export class TestSliceStore implements SliceStore {
  #objects: Map<string, SliceObject> | undefined;
  writes = 0;

  async load(): Promise<readonly SliceObject[] | undefined> {
    return this.#objects && [...this.#objects.values()];
  }

  async change(upserts: readonly SliceObject[], removes: readonly string[]): Promise<void> {
    this.writes += 1;
    this.#objects ??= new Map();
    for (const key of removes) this.#objects.delete(key);
    for (const object of upserts) this.#objects.set(sliceKey(object), object);
  }

  async replace(objects: readonly SliceObject[]): Promise<void> {
    this.writes += 1;
    this.#objects = new Map(objects.map((object) => [sliceKey(object), object]));
  }
}

/** Addresses by pod uid. */
class TestNetwork implements PodNetwork {
  readonly attached = new Map<string, string>();

  async attach({ uid, address }: { uid: string; address: string }): Promise<void> {
    this.attached.set(uid, address);
  }

  async detach(podUid: string): Promise<void> {
    this.attached.delete(podUid);
  }
}

/** Plain directories, with a record of what would have been mounted where. */
export class TestMounts implements Mounts {
  readonly memory = new Set<string>();
  /** Directories and files that would show others. */
  readonly bound = new Set<string>();

  async mountMemory(directory: string): Promise<void> {
    this.memory.add(directory);
  }

  async mountOpened(_descriptor: number, place: string): Promise<void> {
    this.bound.add(place);
  }

  async unmountBelow(directory: string): Promise<void> {
    for (const mounts of [this.memory, this.bound])
      for (const path of mounts) if (path.startsWith(`${directory}/`)) mounts.delete(path);
  }
}

export class TestBoard {
  readonly voter = new TestVoter();
  readonly store = new TestSliceStore();
  readonly network = new TestNetwork();
  readonly mounts: Mounts;
  readonly dataDir: string;
  readonly #runtime: Runtime;
  readonly #clock: Clock;
  #running: { readonly agent: Agent; readonly abort: AbortController } | undefined;

  private constructor(dataDir: string, runtime: Runtime, clock: Clock, mounts: Mounts) {
    this.mounts = mounts;
    this.dataDir = dataDir;
    this.#runtime = runtime;
    this.#clock = clock;
  }

  static async make(runtime: Runtime, clock: Clock, mounts: Mounts = new TestMounts()): Promise<TestBoard> {
    return new TestBoard(await mkdtemp(join(tmpdir(), "bramble-board-")), runtime, clock, mounts);
  }

  async startAgent(): Promise<void> {
    const abort = new AbortController();
    const agent = await startAgent(
      {
        node: "b1",
        dataDir: this.dataDir,
        version: "v1.32.0+bramble.test",
        runtime: this.#runtime,
        network: this.network,
        mounts: this.mounts,
        link: this.voter,
        sliceStore: this.store,
        boardFacts: testFacts,
        clock: this.#clock,
        random: seededRandom(1),
        log: silentLogger,
        annotations: { "bramble.io/wireguard-public-key": "key" },
      },
      abort.signal,
    );
    this.#running = { agent, abort };
  }

  async stopAgent(): Promise<void> {
    this.#running?.abort.abort(new Error("stopped"));
    await this.#running?.agent.stopped;
    this.#running = undefined;
  }

  async remove(): Promise<void> {
    await this.stopAgent();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

export const nodeObject = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "b1", uid: "node-b1" },
  spec: { podCIDR: "10.42.1.0/24" },
};

/** A pod bound to `b1`; `spec` adds to or replaces parts of a spec with one container `main`. */
export function podObject(name: string, spec: object = {}, metadata: object = {}) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", uid: `uid-${name}`, ...metadata },
    spec: {
      nodeName: "b1",
      containers: [{ name: "main", image: "busybox:test", command: ["sleep", "3600"] }],
      terminationGracePeriodSeconds: 1,
      ...spec,
    },
  };
}
