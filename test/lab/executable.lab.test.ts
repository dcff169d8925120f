/** The single executable of this machine's architecture, built here, as the whole of a board. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { architectures } from "../../scripts/releasing/architectures.ts";
import { makeSingleExecutable } from "../../scripts/releasing/single-executable.ts";
import { runCommand } from "../../src/platform/host/run-command.ts";
import { kubectlProgram } from "./kubectl.ts";
import { type Lab, upLab } from "./lab.ts";
import { boardAddress, boardPaths } from "./lab-names.ts";
import { removeLab } from "./remove-lab.ts";
import { waitUntil } from "./wait-until.ts";

const name = "test-executable";
const readyMs = 120_000;
const { bramble: data } = boardPaths(name, "b1");
let lab: Lab;
let scratch = "";
let executable = "";

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "bramble-executable-"));
  executable = join(scratch, "bramble");
  const architecture = architectures.find((candidate) => candidate.name === process.arch);
  if (architecture === undefined) throw new Error(`no release is made for ${process.arch}: run this on x64 or arm64`);
  await makeSingleExecutable(architecture, scratch, executable);
  await removeLab(name);
  lab = await upLab({ name, boards: 1, voters: 1, bramble: false, say: () => {} });
});
afterAll(async () => {
  await removeLab(name);
  rmSync(scratch, { recursive: true, force: true });
});

const bramble = (...args: string[]) => lab.on("b1")([executable, ...args]);
const kubectl = (...args: string[]) =>
  runCommand([kubectlProgram(), "--kubeconfig", join(data, "admin.kubeconfig"), ...args]);

const comesTrue = (what: string, asking: () => Promise<string>) =>
  waitUntil(what, readyMs, () =>
    asking().then(
      () => true,
      () => false,
    ),
  );

describe("the single executable", () => {
  it("needs nothing beside it to say its version", async () => {
    expect(await runCommand(["env", "--ignore-environment", executable, "version"])).toMatch(
      /^bramble \d+\.\d+\.\d+\n$/,
    );
  });

  it("founds a fleet, serves the API, and keeps LevelDB's native part where only its user can write", async () => {
    await bramble("init", "--data-dir", data, "--address", boardAddress(lab.record.subnet, 1));
    const run = ["setsid", executable, "run", "--data-dir", data];
    await lab.on("b1")(["sh", "-c", '"$@" >>/run/bramble.log 2>&1 </dev/null &', "sh", ...run]);
    await comesTrue("b1 is Ready", () => bramble("status", "--data-dir", data));
    expect(await kubectl("get", "nodes")).toMatch(/b1 +Ready +voter/);
    expect(await runCommand(["stat", "--format=%a %U", join(data, "native")])).toBe("700 root\n");
  });

  it("runs a pod and reaches into its network", async () => {
    await lab.load("hello");
    await kubectl("run", "hello", "--image=bramble/hello:1", "--image-pull-policy=Never");
    await comesTrue("the pod is Ready", () => kubectl("wait", "--for=condition=Ready", "pod/hello", "--timeout=5s"));
    const answer = await kubectl("get", "--raw", "/api/v1/namespaces/default/pods/hello:8080/proxy/");
    expect(answer).toContain("hello from hello");
  });

  it("takes back everything when it is told to", async () => {
    await lab.on("b1")(["sh", "-c", "kill $(pidof bramble)"]);
    await comesTrue("bramble has ended", () => lab.on("b1")(["sh", "-c", "! pidof bramble"]));
    await bramble("reset", "--data-dir", data, "--yes");
    expect(existsSync(data)).toBe(false);
    expect(await lab.docker("b1", "ps", "--all", "--quiet")).toBe("");
    expect(await lab.docker("b1", "images", "--quiet", "bramble/pause")).toBe("");
  });
});
