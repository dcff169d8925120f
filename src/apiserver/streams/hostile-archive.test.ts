/** A container whose `tar` lies: its bytes come as it wrote them, and whoever unpacks them stays within the target. */
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Kubectl, kubectls } from "./testing/run-kubectl.ts";
import { StreamFleet } from "./testing/stream-fleet.ts";

const fleet = await StreamFleet.open();
const archive = join(fleet.directory, "hostile.tar");
const outside = join(fleet.directory, "outside");
const programs = join(fleet.directory, "bin");

/** Links out of the target, files through them, and files named out of it. */
const pack = `
import io, sys, tarfile
outside = sys.argv[2]
with tarfile.open(sys.argv[1], "w") as archive:
    def link(name, target):
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = tarfile.SYMTYPE, target
        archive.addfile(entry)
    def file(name):
        entry = tarfile.TarInfo(name)
        entry.size = 4
        archive.addfile(entry, io.BytesIO(b"evil"))
    file("x/good")
    link("x/absolute", outside)
    file("x/absolute/evil")
    link("x/relative", "../outside")
    file("x/relative/evil")
    file("../outside/evil")
    file("x/../../outside/evil")
    file(outside + "/evil")
`;

beforeAll(async () => {
  await mkdir(programs);
  execFileSync("python3", ["-c", pack, archive, outside]);
  await writeFile(join(programs, "tar"), `#!/bin/sh\nexec cat ${archive}\n`, { mode: 0o755 });
});
beforeEach(() => mkdir(outside));
afterEach(() => rm(outside, { recursive: true }));
afterAll(async () => {
  vi.unstubAllEnvs();
  await fleet.close();
});

describe.each(kubectls)("kubectl %s", (version, program) => {
  const kubectl = new Kubectl(program, fleet.kubeconfig);
  const target = join(fleet.directory, `target-${version}`);

  it("32: copies nothing outside the target, whatever the container packs", async () => {
    vi.stubEnv("PATH", `${programs}:${process.env["PATH"]}`);
    await kubectl.run(["cp", "web:x", target]);
    vi.unstubAllEnvs();
    expect(fleet.board.opened.at(-1)).toMatchObject({ type: "exec", command: ["tar", "cf", "-", "x"] });
    expect(await readdir(outside)).toEqual([]);
    // Links are left out, so that what was to go through them goes to directories of their names.
    for (const path of await readdir(target, { recursive: true }))
      expect(await realpath(join(target, path))).toBe(join(target, path));
    expect(await readFile(join(target, "good"), "utf8")).toBe("evil");
  });

  it("32: is sent the archive as the container wrote it", async () => {
    const { stdout } = await kubectl.run(["exec", "web", "--", join(programs, "tar")]);
    expect(stdout.equals(await readFile(archive))).toBe(true);
  });
});
