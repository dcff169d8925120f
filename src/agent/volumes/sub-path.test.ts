/** A container that owns its volume changes what a `subPath` names into a way out. */
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resolveSubPath } from "./sub-path.ts";

describe("28: a subPath that becomes a symbolic link", () => {
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

  it.each([
    ["up", ".."],
    ["to a file beside the volume", "../secret"],
    ["to a directory whose name begins like the volume's", "../volumes-of-others"],
    ["to the board's root", "/"],
    ["to nothing yet", "/nowhere"],
  ])("between two starts leads nowhere: %s", async (_, target) => {
    expect(await resolveSubPath(volume, "data/logs")).toBe(join(volume, "data/logs"));
    await rename(join(volume, "data"), join(volume, "kept"));
    await symlink(target, join(volume, "data"));
    await expect(resolveSubPath(volume, "data")).rejects.toMatchObject({ reason: "CreateContainerConfigError" });
    await expect(resolveSubPath(volume, "data/logs")).rejects.toMatchObject({ reason: "CreateContainerConfigError" });
  });
});
