import { afterAll, beforeAll, expect, it } from "vitest";
import { importBusybox, type PrivateDocker, startPrivateDocker } from "../../test/support/private-docker.ts";
import { eventually } from "../lib/testing/eventually.ts";
import { dockerRuntime } from "../platform/docker/docker-runtime.ts";
import { systemClock } from "../platform/host/system-clock.ts";
import { nodeObject, podObject, TestBoard } from "./testing/test-board.ts";

const waitMs = 30_000;

let docker: PrivateDocker;
beforeAll(async () => {
  docker = await startPrivateDocker();
  await importBusybox(docker.socketPath, "busybox:test");
});
afterAll(() => docker.stop());

it("waits for an engine that was killed, adopts what survived it, and goes on", async () => {
  const runtime = dockerRuntime(docker.socketPath);
  const board = await TestBoard.make(runtime, systemClock);
  const running = (name: string) =>
    eventually(`pod ${name} runs`, () => board.voter.status(name)?.["phase"] === "Running", waitMs);
  const ids = async () =>
    (await runtime.list("bramble.io/pod-uid=uid-old")).map(({ id, state }) => `${id} ${state}`).sort();
  try {
    board.voter.put(nodeObject, podObject("old"));
    await board.startAgent();
    board.voter.connect();
    await running("old");
    const before = await ids();
    await docker.kill();
    board.voter.put(podObject("new"));
    await docker.start();
    await running("new");
    expect(await ids()).toEqual(before);
  } finally {
    await board.remove();
  }
});
