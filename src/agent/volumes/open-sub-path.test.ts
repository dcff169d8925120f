/** A container that owns its volume changes what a `subPath` names into a way out. */
import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readlink, realpath, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSubPath } from "./open-sub-path.ts";
import { publishFiles } from "./publish-files.ts";

let directory: string;
let volume: string;
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), "bramble-sub-path-")));
  volume = join(directory, "volume");
  await mkdir(join(volume, "data/logs"), { recursive: true });
  await mkdir(join(directory, "volumes-of-others"));
  await writeFile(join(directory, "secret"), "");
});
afterEach(() => rm(directory, { recursive: true }));

/** Where what was opened is by now. */
async function opened(subPath: string, of = volume): Promise<string> {
  const handle = await openSubPath(of, subPath);
  try {
    return await readlink(`/proc/self/fd/${handle.fd}`);
  } finally {
    await handle.close();
  }
}

describe("28: a subPath that becomes a symbolic link", () => {
  it.each([
    ["up", ".."],
    ["to a file beside the volume", "../secret"],
    ["to a directory whose name begins like the volume's", "../volumes-of-others"],
    ["to the board's root", "/"],
    ["to nothing yet", "/nowhere"],
    ["to nothing yet within the volume", "nowhere"],
  ])("between two starts leads nowhere: %s", async (_, target) => {
    expect(await opened("data/logs")).toBe(join(volume, "data/logs"));
    await rename(join(volume, "data"), join(volume, "kept"));
    await symlink(target, join(volume, "data"));
    await expect(opened("data")).rejects.toMatchObject({ reason: "CreateContainerConfigError" });
    await expect(opened("data/logs")).rejects.toMatchObject({ reason: "CreateContainerConfigError" });
  });
});

describe("a subPath", () => {
  it.each(["../secret", "/etc", "a/../../secret", "..", "out/secret", "out"])("is refused: %s", async (subPath) => {
    await symlink(directory, join(volume, "out"));
    await expect(opened(subPath)).rejects.toMatchObject({
      reason: "CreateContainerConfigError",
      message: `subPath ${JSON.stringify(subPath)} must lead to something within its volume, links included`,
    });
  });

  it("may lead through links that stay inside, relative and absolute", async () => {
    await symlink("data", join(volume, "in"));
    await symlink("../in/logs", join(volume, "data/again"));
    await symlink(join(volume, "data"), join(volume, "absolute"));
    expect(await opened("in/logs")).toBe(join(volume, "data/logs"));
    expect(await opened("data/again")).toBe(join(volume, "data/logs"));
    expect(await opened("absolute/./logs//")).toBe(join(volume, "data/logs"));
    expect(await opened("in/new/deep")).toBe(join(volume, "data/new/deep"));
  });

  it("may name a file of a published set, whose name is a link", async () => {
    const set = (text: string) => new Map([["app.conf", { bytes: Buffer.from(text), mode: 0o644 }]]);
    await publishFiles(volume, set("a"), undefined);
    const first = await opened("app.conf");
    await publishFiles(volume, set("b"), undefined);
    const second = await opened("app.conf");
    expect([first, second].map((path) => path.replace(/set-\w+/, "set"))).toEqual(
      Array(2).fill(join(volume, "..set/app.conf")),
    );
    expect(second).not.toBe(first);
  });

  it("is opened where its volume is reached through a link, and where its volume is the board's root", async () => {
    await symlink(volume, join(directory, "alias"));
    expect(await opened("data", join(directory, "alias"))).toBe(join(volume, "data"));
    expect(await opened("proc", "/")).toBe("/proc");
  });

  it("makes what is missing with the volume's own mode, whatever the umask", async () => {
    await chmod(volume, 0o2777);
    await opened("made/here");
    expect((await stat(join(volume, "made"))).mode & 0o7777).toBe(0o2777);
    expect((await stat(join(volume, "made/here"))).mode & 0o7777).toBe(0o2777);
    expect((await stat(join(volume, "data"))).mode & 0o7777).toBe(0o755);
  });

  it("is not made below a file", async () => {
    await writeFile(join(volume, "file"), "");
    await expect(opened("file/below")).rejects.toMatchObject({
      reason: "CreateContainerConfigError",
      message: 'subPath "file/below": what should hold "below" is not a directory',
    });
  });

  it("may be a FIFO or a socket, and waits for neither", async () => {
    execFileSync("mknod", [join(volume, "fifo"), "p"]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(volume, "socket"), resolve));
    expect(await opened("fifo")).toBe(join(volume, "fifo"));
    expect(await opened("socket")).toBe(join(volume, "socket"));
    await new Promise((resolve) => server.close(resolve));
  });
});
