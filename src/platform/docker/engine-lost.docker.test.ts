import { afterAll, beforeAll, expect, it } from "vitest";
import { importBusybox, type PrivateDocker, startPrivateDocker } from "../../../test/support/private-docker.ts";
import { label } from "../../agent/pod/observed-pod.ts";
import { logRequest, openStream, plainSpec, podName } from "../../agent/testing/stream-bench.ts";
import { podObject } from "../../agent/testing/test-board.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { podDialler } from "../host/pod-dialler.ts";
import { systemClock } from "../host/system-clock.ts";
import { dockerRuntime } from "./docker-runtime.ts";

let docker: PrivateDocker;
beforeAll(async () => {
  docker = await startPrivateDocker();
  await importBusybox(docker.socketPath, "busybox:test");
});
afterAll(() => docker.stop());

it("a log that is followed ends as unavailable when the engine is killed, while its container runs on", async () => {
  const runtime = dockerRuntime(docker.socketPath);
  const id = await runtime.create({
    ...plainSpec,
    name: "survivor",
    labels: { [label.uid]: podName.uid, [label.role]: "app", [label.container]: "main", [label.attempt]: "0" },
    command: ["sh", "-c", "echo begun; sleep 600"],
  });
  await runtime.start(id);
  const bench = { runtime, dialler: podDialler(systemClock), clock: systemClock, pod: podObject("web") };
  await eventually("it has begun", async () => (await openStream(bench, logRequest()).text) === "begun\n");
  const { stream, ended } = openStream(bench, logRequest({ follow: true }));
  expect(await stream.opened).toBeUndefined();
  await docker.kill();
  expect(await ended).toMatchObject({ type: "failed", reason: "Unavailable", message: /engine/ });
  await docker.start();
  expect(await openStream(bench, logRequest()).text).toBe("begun\n");
});
