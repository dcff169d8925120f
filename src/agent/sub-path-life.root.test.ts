/** A pod whose container mounts a `subPath` of the board's own directory, from its start to what is left of it. */
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../lib/testing/eventually.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { boardMounts } from "../platform/host/board-mounts.ts";
import type { Mounts, RuntimeMount } from "./ports.ts";
import { SimulatedRuntime } from "./runtime-simulated.ts";
import { nodeObject, podObject, TestBoard } from "./testing/test-board.ts";

let clock: VirtualClock;
let engine: SimulatedRuntime;
let board: TestBoard;
/** What containers were started with. */
let given: RuntimeMount[];
/** What the agent's mounts do instead of the board's own. */
let instead: Partial<Mounts>;

beforeEach(async () => {
  clock = new VirtualClock();
  given = [];
  engine = new SimulatedRuntime({
    clock,
    images: ["busybox:test"],
    endsAtOnce: ({ mounts }) => {
      given.push(...mounts);
      return undefined;
    },
  });
  instead = {};
  const mounts: Mounts = {
    mountMemory: (...args) => boardMounts.mountMemory(...args),
    mountOpened: (...args) => (instead.mountOpened ?? boardMounts.mountOpened)(...args),
    unmountBelow: (...args) => (instead.unmountBelow ?? boardMounts.unmountBelow)(...args),
  };
  board = await TestBoard.make(engine, clock, mounts);
  await mkdir(join(board.dataDir, "owners/photos"), { recursive: true });
  await writeFile(join(board.dataDir, "owners/photos/one"), "irreplaceable");
});
afterEach(async () => {
  await board.stopAgent();
  await boardMounts.unmountBelow(board.dataDir);
  await board.remove();
});

const photo = (path = "owners/photos/one") => readFile(join(board.dataDir, path), "utf8");
const mountTable = () => readFile("/proc/self/mountinfo", "utf8");
const pods = () => readdir(join(board.dataDir, "pods"));
const place = "pods/uid-album/volume-subpaths/main/0";

async function startAlbum(): Promise<void> {
  board.voter.put(
    nodeObject,
    podObject("album", {
      volumes: [{ name: "owners", hostPath: { path: join(board.dataDir, "owners") } }],
      containers: [
        {
          name: "main",
          image: "busybox:test",
          volumeMounts: [{ name: "owners", mountPath: "/photos", subPath: "photos" }],
        },
      ],
    }),
  );
  await board.startAgent();
  board.voter.connect();
}
const isRunning = () => board.voter.status("album")?.["phase"] === "Running";
const restarts = () =>
  (board.voter.status("album")?.["containerStatuses"] as [{ restartCount: number }] | undefined)?.[0].restartCount;

async function advanceUntil(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(what, async () => {
    if (await look()) return true;
    clock.advance(1_000);
    return false;
  });
}

describe("a mounted subPath", () => {
  it("is what the container is given, and goes with the pod; what it shows stays", async () => {
    await startAlbum();
    await eventually("the pod runs", isRunning);
    expect(given).toContainEqual({ source: join(board.dataDir, place), target: "/photos", readOnly: false });
    expect(await photo(join(place, "one"))).toBe("irreplaceable");
    board.voter.remove("Pod default/album");
    await eventually("its files are gone", async () => (await pods()).length === 0);
    expect(await mountTable()).not.toContain(board.dataDir);
    expect(await photo()).toBe("irreplaceable");
  });

  it("is mounted anew at each start of the container", async () => {
    await startAlbum();
    await eventually("the pod runs", isRunning);
    await mkdir(join(board.dataDir, "owners/new"));
    await writeFile(join(board.dataDir, "owners/new/one"), "new");
    await rename(join(board.dataDir, "owners/photos"), join(board.dataDir, "owners/old"));
    await rename(join(board.dataDir, "owners/new"), join(board.dataDir, "owners/photos"));
    const app = engine.containers.find(({ labels }) => labels["bramble.io/role"] === "app");
    engine.exit(app?.id ?? "", 1);
    await advanceUntil("it has been started again", () => restarts() === 1 && isRunning());
    expect(await photo(join(place, "one"))).toBe("new");
    expect((await mountTable()).split(join(board.dataDir, place))).toHaveLength(2);
  });

  it("keeps the pod's files from being removed as long as it cannot be unmounted", async () => {
    await startAlbum();
    await eventually("the pod runs", isRunning);
    // As where the table of mounts does not show it.
    instead = { unmountBelow: async () => {} };
    board.voter.remove("Pod default/album");
    await eventually("the containers are gone", () => engine.containers.length === 0);
    await advanceUntil("the failure is told", () => board.voter.eventReasons.includes("FailedKillPod"));
    expect(await photo()).toBe("irreplaceable");
    expect(await photo(join(place, "one"))).toBe("irreplaceable");
    instead = {};
    await advanceUntil("its files are gone", async () => (await pods()).length === 0);
    expect(await photo()).toBe("irreplaceable");
  });

  it("is unmounted when the agent starts, where neither slice nor engine know the pod any more", async () => {
    await startAlbum();
    await eventually("the pod runs", isRunning);
    await board.stopAgent();
    for (const { id } of engine.containers) await engine.remove(id);
    board.voter.remove("Pod default/album");
    await board.startAgent();
    board.voter.connect();
    await eventually("its files are gone", async () => (await pods()).length === 0);
    expect(await mountTable()).not.toContain(board.dataDir);
    expect(await photo()).toBe("irreplaceable");
  });

  it("finds its place empty after a power loss, and mounts again", async () => {
    await startAlbum();
    await eventually("the pod runs", isRunning);
    await board.stopAgent();
    engine.losePower();
    await boardMounts.unmountBelow(board.dataDir);
    engine.comeBack();
    await board.startAgent();
    board.voter.connect();
    await advanceUntil("it runs again", () => restarts() === 1 && isRunning());
    expect(await photo(join(place, "one"))).toBe("irreplaceable");
  });

  it("that cannot be mounted is said, and tried again", async () => {
    const reason = "mount: permission denied; bramble must have root's rights to mount, and util-linux's mount(8)";
    instead = { mountOpened: () => Promise.reject(new Error(reason)) };
    await startAlbum();
    await eventually("it is said", () => board.voter.eventReasons.includes("Failed"));
    await eventually("the pod's status shows why", () =>
      JSON.stringify(board.voter.status("album") ?? "").includes(`cannot mount subPath \\"photos\\": ${reason}`),
    );
    expect(JSON.stringify(board.voter.status("album"))).toContain('"reason":"CreateContainerConfigError"');
    instead = {};
    await advanceUntil("it runs", isRunning);
    expect(await photo(join(place, "one"))).toBe("irreplaceable");
  });
});
