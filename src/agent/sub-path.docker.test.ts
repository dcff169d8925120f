/** A container that swaps its volume's directories for symbolic links while other pods mount them. */
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../lib/testing/eventually.ts";
import { dockerRuntime, dockerSocketPath } from "../platform/docker/docker-runtime.ts";
import { boardMounts } from "../platform/host/board-mounts.ts";
import { systemClock } from "../platform/host/system-clock.ts";
import { label } from "./pod/observed-pod.ts";
import { nodeObject, podObject, TestBoard } from "./testing/test-board.ts";

const victims = 10;
const image = "busybox:test";
const runtime = dockerRuntime(dockerSocketPath(process.env));
let board: TestBoard;

beforeEach(async () => {
  board = await TestBoard.make(runtime, systemClock, boardMounts);
});
afterEach(async () => {
  await board.stopAgent();
  for (const { id } of await runtime.list(label.uid)) await runtime.remove(id);
  await boardMounts.unmountBelow(board.dataDir);
  await board.remove();
});

/** `data` is a directory most of the time, and else a link to the board's root; the agent may make one of that name. */
const swap = `
  move() { mv -T $1 $2 || { rmdir $2; mv -T $1 $2; }; }
  cd /volume
  while true; do
    move data kept; move link data
    usleep 2000
    move data link; move kept data
    echo swapped >> swaps
    usleep 5000
  done`;

/** Fails where it sees the board, and where it is given something else than the directory that it names. */
const look = "ls /seen; test ! -e /seen/etc && echo seen > /seen/$HOSTNAME";

it("28: gets none of them to see the board", async () => {
  const volume = join(board.dataDir, "shared");
  await mkdir(join(volume, "data"), { recursive: true });
  await symlink("/", join(volume, "link"));
  await writeFile(join(volume, "swaps"), "");
  const pod = (name: string, script: string, mount: object, rest: object = {}) =>
    podObject(name, {
      volumes: [{ name: "shared", hostPath: { path: volume } }],
      containers: [
        { name: "main", image, command: ["sh", "-c", script], volumeMounts: [{ name: "shared", ...mount }] },
      ],
      ...rest,
    });
  board.voter.put(nodeObject, pod("attacker", swap, { mountPath: "/volume" }));
  await board.startAgent();
  board.voter.connect();
  const swaps = async () => (await readFile(join(volume, "swaps"), "utf8")).length;
  await eventually("it swaps", async () => (await swaps()) > 0, 30_000);
  const names = Array.from({ length: victims }, (_, index) => `victim-${index}`);
  const mount = { mountPath: "/seen", subPath: "data" };
  board.voter.put(...names.map((name) => pod(name, look, mount, { restartPolicy: "Never" })));
  const phases = () => names.map((name) => board.voter.status(name)?.["phase"]);
  const isOver = (phase: unknown) => phase === "Succeeded" || phase === "Failed";
  await eventually("all victims have looked", () => phases().every(isOver), 100_000);
  expect(phases()).toEqual(Array(victims).fill("Succeeded"));
  expect((await readdir("/")).filter((name) => names.includes(name))).toEqual([]);
  const before = await swaps();
  await eventually("it still swaps", async () => (await swaps()) > before, 10_000);
  for (const name of names) board.voter.remove(`Pod default/${name}`);
  await eventually(
    "their files are gone",
    async () => (await readdir(join(board.dataDir, "pods"))).length === 1,
    30_000,
  );
  expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain(join(board.dataDir, "pods"));
}, 180_000);
