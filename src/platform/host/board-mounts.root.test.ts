import { execFileSync } from "node:child_process";
import {
  chmod,
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { boardMounts } from "./board-mounts.ts";
import { mountsBelow, parseMountTable } from "./mount-table.ts";

let directory: string;
let opened: FileHandle | undefined;
const path = process.env["PATH"];
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), "bramble mounts-")));
  for (const name of ["volume/in", "other", "data/place"]) await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, "volume/file"), "volume");
});
afterEach(async () => {
  process.env["PATH"] = path;
  await opened?.close();
  await boardMounts.unmountBelow(directory);
  await rm(directory, { recursive: true });
});

const at = (name: string) => join(directory, name);
const mounted = async () =>
  mountsBelow(directory, parseMountTable(await readFile("/proc/self/mountinfo", "utf8")))
    .map((mount) => mount.path.slice(directory.length + 1))
    .reverse();
const openVolume = async () => {
  opened = await open(at("volume"));
  return opened.fd;
};

describe("mounting what is open", () => {
  it("shows that, wherever its name leads by now", async () => {
    const descriptor = await openVolume();
    await rename(at("volume"), at("moved"));
    await symlink(at("other"), at("volume"));
    await boardMounts.mountOpened(descriptor, at("data/place"));
    expect(await readFile(at("data/place/file"), "utf8")).toBe("volume");
  });

  it("is refused, and nothing stays mounted, where mount(8) mounts something else", async () => {
    await mkdir(at("bin"));
    const program = `#!/bin/sh\nfor place; do :; done\nexec /usr/bin/mount --bind ${JSON.stringify(at("other"))} "$place"\n`;
    await writeFile(at("bin/mount"), program);
    await chmod(at("bin/mount"), 0o755);
    process.env["PATH"] = `${at("bin")}:${path}`;
    await expect(boardMounts.mountOpened(await openVolume(), at("data/place"))).rejects.toThrow(
      "mount(8) mounted something else than was opened",
    );
    expect(await mounted()).toEqual([]);
  });

  it("says what it needs where the kernel refuses", async () => {
    await expect(boardMounts.mountOpened(await openVolume(), at("volume/file"))).rejects.toThrow(
      /^mount: .*; bramble must have root's rights to mount, and util-linux's mount\(8\)$/,
    );
  });
});

describe("unmounting", () => {
  it("unmounts what is within, however it was mounted, and not the directory itself", async () => {
    await boardMounts.mountMemory(at("data"), { sizeBytes: 1 << 20, mode: "0700" });
    await mkdir(at("data/place"));
    await boardMounts.mountOpened(await openVolume(), at("data/place"));
    await boardMounts.mountMemory(at("data/place/in"), { sizeBytes: undefined, mode: "0755" });
    expect(await mounted()).toEqual(["data", "data/place", "data/place/in"]);
    await boardMounts.unmountBelow(at("data"));
    expect(await mounted()).toEqual(["data"]);
    await boardMounts.unmountBelow(at("none"));
  });

  it("finds what is mounted where the directory is reached through a link", async () => {
    await symlink(at("data"), at("alias"));
    await boardMounts.mountMemory(at("alias/place"), { sizeBytes: undefined, mode: "0755" });
    await boardMounts.mountMemory(at("alias/place"), { sizeBytes: undefined, mode: "0755" });
    expect(await mounted()).toEqual(["data/place"]);
    await boardMounts.unmountBelow(at("alias"));
    expect(await mounted()).toEqual([]);
  });

  it("unmounts nothing of the volume: neither what was mounted there before, nor since", async () => {
    // Shared, as systemd has every mount.
    execFileSync("mount", ["-t", "tmpfs", "--make-shared", "tmpfs", at("volume")]);
    for (const name of ["before", "since"]) await mkdir(at(`volume/${name}`));
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", at("volume/before")]);
    await boardMounts.mountOpened(await openVolume(), at("data/place"));
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", at("volume/since")]);
    expect((await mounted()).sort()).toEqual(["data/place", "volume", "volume/before", "volume/since"]);
    await boardMounts.unmountBelow(at("data"));
    expect((await mounted()).sort()).toEqual(["volume", "volume/before", "volume/since"]);
  });

  it("unmounts nothing of the volume where a mount was interrupted before it was private", async () => {
    execFileSync("mount", ["-t", "tmpfs", "--make-shared", "tmpfs", at("volume")]);
    await mkdir(at("volume/since"));
    execFileSync("mount", ["--bind", at("volume"), at("data/place")]);
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", at("volume/since")]);
    expect((await mounted()).sort()).toEqual(["data/place", "data/place/since", "volume", "volume/since"]);
    await boardMounts.unmountBelow(at("data"));
    expect((await mounted()).sort()).toEqual(["volume", "volume/since"]);
  });

  it("fails while something is mounted still", async () => {
    await mkdir(at("bin"));
    await writeFile(at("bin/umount"), "#!/bin/sh\nexit 0\n");
    await chmod(at("bin/umount"), 0o755);
    await boardMounts.mountOpened(await openVolume(), at("data/place"));
    process.env["PATH"] = `${at("bin")}:${path}`;
    await expect(boardMounts.unmountBelow(at("data"))).rejects.toThrow(
      `${at("data/place")} is still mounted: unmount it`,
    );
    expect(await readdir(at("data/place"))).toEqual(["file", "in"]);
  });
});
