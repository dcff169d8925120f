/** `subPath`s that are swapped while they are mounted: CVE-2017-1002101, on real mounts. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { boardMounts } from "../../platform/host/board-mounts.ts";
import { StepError } from "../pod/step-error.ts";
import { clearContainerPlaces, containerPlaces, mountSubPath, removePlaces } from "./sub-path.ts";
import { startSwapper } from "./testing/swapper.ts";

const mountedMin = 100;
const deadlineMs = 45_000;

let directory: string;
let volume: string;
let podDirectory: string;
let places: string;
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), "bramble-sub-path-")));
  volume = join(directory, "volume");
  podDirectory = join(directory, "pod");
  places = containerPlaces(podDirectory, "main");
  // `data` is the volume's; `link` leads to the board's own directory of the same form, whose files all say so.
  await mkdir(join(volume, "data/deep"), { recursive: true });
  await mkdir(join(directory, "board/deep"), { recursive: true });
  await symlink(join(directory, "board"), join(volume, "link"));
  for (const name of ["file", "deep/file"]) {
    await writeFile(join(volume, "data", name), "volume");
    await writeFile(join(directory, "board", name), "board");
  }
});
afterEach(async () => {
  await boardMounts.unmountBelow(directory);
  await rm(directory, { recursive: true });
});

/** What a container would find; undefined where it would not start. */
async function found(subPath: string, file: string): Promise<string | undefined> {
  await clearContainerPlaces(places, boardMounts);
  try {
    const place = await mountSubPath(volume, subPath, join(places, "0"), boardMounts);
    return await readFile(join(place, file), "utf8");
  } catch (thrown) {
    if (thrown instanceof StepError && thrown.reason === "CreateContainerConfigError") return undefined;
    throw thrown;
  }
}

describe("28: a subPath that is swapped for a symbolic link again and again", () => {
  it("leads out when it is looked at first and mounted by its name then", async () => {
    const stop = await startSwapper(join(volume, "data"), join(volume, "link"));
    const place = join(directory, "by-name");
    await mkdir(place);
    const seen = new Set<string>();
    try {
      const endMs = performance.now() + deadlineMs;
      while (!seen.has("board") && performance.now() < endMs) {
        const path = await realpath(join(volume, "data"));
        if (!path.startsWith(`${volume}/`)) continue;
        // The kernel itself follows the name, as for the engine.
        execFileSync("mount", ["--no-canonicalize", "--bind", join(volume, "data"), place]);
        seen.add(await readFile(join(place, "file"), "utf8"));
        execFileSync("umount", [place]);
      }
    } finally {
      await stop();
    }
    expect(seen).toContain("board");
  });

  it.each([
    ["a directory", "data", "file"],
    ["a directory within", "data/deep", "file"],
    ["a file", "data/file", ""],
    ["one that a link within leads to", "inner/deep", "file"],
  ])("is mounted from within the volume or not at all: %s", async (_, subPath, file) => {
    await symlink("data", join(volume, "inner"));
    const stop = await startSwapper(join(volume, "data"), join(volume, "link"));
    const counts = { volume: 0, board: 0, refused: 0 };
    try {
      const endMs = performance.now() + deadlineMs;
      while ((counts.volume < mountedMin || counts.refused < 10) && performance.now() < endMs) {
        const text = (await found(subPath, file)) ?? "refused";
        counts[text as keyof typeof counts] += 1;
      }
    } finally {
      await stop();
    }
    expect(counts.board).toBe(0);
    expect(counts.volume).toBeGreaterThanOrEqual(mountedMin);
    expect(counts.refused).toBeGreaterThanOrEqual(10);
  });

  it("makes no directory outside", async () => {
    const stop = await startSwapper(join(volume, "data"), join(volume, "link"));
    let made = 0;
    try {
      const endMs = performance.now() + deadlineMs;
      for (let attempt = 0; made < mountedMin && performance.now() < endMs; attempt += 1) {
        await clearContainerPlaces(places, boardMounts);
        const place = join(places, "0");
        const source = await mountSubPath(volume, `data/new-${attempt}`, place, boardMounts).catch(() => undefined);
        if (source !== undefined) made += 1;
      }
    } finally {
      await stop();
    }
    expect(made).toBe(mountedMin);
    expect((await readdir(join(directory, "board"))).sort()).toEqual(["deep", "file"]);
  });
});

describe("a place where a subPath is mounted", () => {
  it("shows directories, files, FIFOs and devices as they are", async () => {
    execFileSync("mknod", [join(volume, "fifo"), "p"]);
    execFileSync("mknod", [join(volume, "null"), "c", "1", "3"]);
    const kinds: string[] = [];
    for (const [index, subPath] of ["data", "data/file", "fifo", "null"].entries()) {
      const place = await mountSubPath(volume, subPath, join(places, `${index}`), boardMounts);
      kinds.push(execFileSync("stat", ["--format=%F", place], { encoding: "utf8" }).trim());
    }
    expect(kinds).toEqual(["directory", "regular file", "fifo", "character special file"]);
    await clearContainerPlaces(places, boardMounts);
    await expect(readdir(places)).rejects.toThrow("ENOENT");
    expect((await readdir(volume)).sort()).toEqual(["data", "fifo", "link", "null"]);
  });

  it("is renewed at each start, also as a file where there was a directory", async () => {
    expect(await found("data", "file")).toBe("volume");
    expect(await found("data/file", "")).toBe("volume");
    expect(await found("data/deep", "file")).toBe("volume");
    expect((await readFile("/proc/self/mountinfo", "utf8")).split(join(places, "0"))).toHaveLength(2);
  });

  it("is not removed while it is mounted, and what is mounted there stays", async () => {
    await writeFile(join(volume, "data/empty"), "");
    for (const [index, subPath] of ["data", "data/file", "data/empty"].entries()) {
      const place = await mountSubPath(volume, subPath, join(places, `${index}`), boardMounts);
      await expect(removePlaces(podDirectory)).rejects.toThrow(subPath === "data/file" ? "is mounted still" : "EBUSY");
      execFileSync("umount", [place]);
    }
    await removePlaces(podDirectory);
    expect((await readdir(join(volume, "data"))).sort()).toEqual(["deep", "empty", "file"]);
    expect(await readFile(join(volume, "data/deep/file"), "utf8")).toBe("volume");
    expect(await readFile(join(volume, "data/file"), "utf8")).toBe("volume");
  });

  it("is not removed with what containers of an engine wrote there that does not see our mounts", async () => {
    await mkdir(join(places, "0"), { recursive: true });
    await writeFile(join(places, "0/kept"), "data");
    await expect(removePlaces(podDirectory)).rejects.toThrow("ENOTEMPTY");
    await rm(join(places, "0"), { recursive: true });
    await writeFile(join(places, "0"), "data");
    await expect(removePlaces(podDirectory)).rejects.toThrow("or move the data elsewhere");
    expect(await readFile(join(places, "0"), "utf8")).toBe("data");
  });
});
