/** Gives all `.docker.test.ts` files one private engine with one image, `busybox:test`. */
import { importBusybox, type PrivateDocker, startPrivateDocker } from "./private-docker.ts";

let engine: PrivateDocker | undefined;

export async function setup(): Promise<void> {
  engine = await startPrivateDocker();
  await importBusybox(engine.socketPath, "busybox:test");
  // Vitest's workers inherit the environment of the process that runs this.
  process.env["DOCKER_HOST"] = `unix://${engine.socketPath}`;
}

export async function teardown(): Promise<void> {
  await engine?.stop();
}
