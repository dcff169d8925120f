import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { containerPlaces, mountSubPath } from "../agent/volumes/sub-path.ts";
import { boardMounts } from "../platform/host/board-mounts.ts";
import { removeData } from "./remove-data.ts";

/** A directory of the board's owner that a pod uses, mounted below the data directory. */
let directory: string;
let dataDir: string;
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), "bramble-remove-")));
  dataDir = join(directory, "data");
  await mkdir(join(directory, "owners/photos"), { recursive: true });
  await writeFile(join(directory, "owners/photos/one"), "irreplaceable");
  const place = join(containerPlaces(join(dataDir, "pods/uid"), "main"), "0");
  await mountSubPath(join(directory, "owners"), "photos", place, boardMounts);
  expect(await readFile(join(place, "one"), "utf8")).toBe("irreplaceable");
});
afterEach(async () => {
  await boardMounts.unmountBelow(directory);
  await rm(directory, { recursive: true });
});

const photo = () => readFile(join(directory, "owners/photos/one"), "utf8");

it("removes a board's data, and nothing of what its pods had mounted from elsewhere", async () => {
  await removeData({ dataDir, keepsData: false }, boardMounts);
  expect(await readdir(directory)).toEqual(["owners"]);
  expect(await photo()).toBe("irreplaceable");
});

it("unmounts that where the data is kept", async () => {
  await removeData({ dataDir, keepsData: true }, boardMounts);
  expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain(directory);
  expect(await readdir(join(dataDir, "pods/uid"))).toEqual([]);
  expect(await photo()).toBe("irreplaceable");
});

it("removes nothing at all while that cannot be unmounted", async () => {
  const blind = { ...boardMounts, unmountBelow: async () => {} };
  await expect(removeData({ dataDir, keepsData: false }, blind)).rejects.toThrow("EBUSY");
  expect(await photo()).toBe("irreplaceable");
  expect(await readdir(join(dataDir, "pods"))).toEqual(["uid"]);
});

it("empties a data directory that is a file system of its own, or is reached through a link", async () => {
  await boardMounts.unmountBelow(dataDir);
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", dataDir]);
  await symlink(dataDir, join(directory, "alias"));
  const place = join(containerPlaces(join(directory, "alias/pods/uid"), "main"), "0");
  await mountSubPath(join(directory, "owners"), "photos", place, boardMounts);
  await removeData({ dataDir: join(directory, "alias"), keepsData: false }, boardMounts);
  expect(await readdir(dataDir)).toEqual([]);
  await removeData({ dataDir, keepsData: false }, boardMounts);
  expect(await readdir(directory)).toEqual(["data", "owners"]);
  expect(await photo()).toBe("irreplaceable");
});
