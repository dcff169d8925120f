import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { readBootFile } from "../../src/daemon/first-boot/boot-file.ts";
import { bootTexts, commandLine } from "./boot-texts.ts";
import { layoutOf } from "./layout.ts";
import { knownBoards, parseRecipe, readRecipe, recipesDirectory } from "./recipe.ts";
import { packagesOf, rootCommand, sourcesOf } from "./root-packages.ts";

const recipe = {
  board: "b",
  title: "B",
  debian: { suite: "bookworm" },
  kernel: { package: "linux-image-arm64", modules: ["virtio_blk"] },
  boot: { method: "uefi", loader: "systemd-boot" },
  consoles: ["ttyAMA0"],
  partitions: { table: "gpt", bootMib: 128, rootMib: 1024, dataMib: 128 },
  root: { readMostly: true, why: "because" },
};

describe("the recipes of firmware-images", () => {
  it("are there for every kind of board that is promised", () => {
    expect(knownBoards()).toEqual(["generic-arm64", "pi-3", "pi-4", "pi-5", "pi-zero-2-w", "virt"]);
  });

  it.each(knownBoards())("%s is whole, and its partitions fit on a card of 4 GB", (board) => {
    const read = readRecipe(board);
    expect(layoutOf(read.partitions).imageBytes).toBeLessThan(3.7e9);
    expect(bootTexts(read).map(({ path }) => path)).toContain(
      read.boot.method === "uefi" ? "loader/entries/bramble.conf" : "config.txt",
    );
  });

  it.each(knownBoards().filter((board) => board.startsWith("pi-")))(
    "%s lets containers be limited in memory, and is not started from GPT, which older boards cannot read",
    (board) => {
      const read = readRecipe(board);
      expect(commandLine(read)).toContain("cgroup_enable=memory");
      expect(read.partitions.table).toBe("dos");
    },
  );

  it("have a boot file to fill in that says what it lacks, and nothing else", () => {
    const text = readFileSync(join(recipesDirectory, "boot/bramble.example.yaml"), "utf8");
    expect(readBootFile(text)).toMatchObject({ mistakes: [expect.stringContaining("fleet.token")] });
    // With every example made real, too.
    const filled = text.replaceAll(/^#(?=[a-z ])/gm, (mark, offset: number) =>
      /^#(?: +[a-z-]+:|[a-zA-Z]+:| +- )/.test(text.slice(offset)) ? "" : mark,
    );
    expect(readBootFile(filled)).toMatchObject({
      mistakes: [expect.stringContaining("fleet.token"), expect.stringContaining("sshKeys.0")],
    });
  });
});

describe("a recipe", () => {
  it("is read with its defaults", () => {
    expect(parseRecipe(stringify(recipe), "b.yaml")).toMatchObject({ packages: [], commandLine: [], caveats: [] });
  });

  it.each([
    [{ ...recipe, kernal: {} }, "kernal"],
    [{ ...recipe, partitions: { ...recipe.partitions, swapMib: 512 } }, "swapMib"],
    [{ ...recipe, boot: { method: "grub" } }, "boot.method"],
    [{ ...recipe, boot: { ...recipe.boot, deviceTrees: ["x.dtb"] } }, "deviceTrees"],
    [
      { ...recipe, boot: { method: "raspberry-pi", firmwareFiles: ["../x"], deviceTrees: ["a.dtb"] } },
      "without a path",
    ],
    [{ ...recipe, packages: ["wpa supplicant"] }, "Debian package"],
    [{ ...recipe, commandLine: ["a b"] }, "one word"],
    [{ ...recipe, root: { readMostly: true } }, "root.why"],
    [{ ...recipe, partitions: { ...recipe.partitions, rootMib: 12 } }, "partitions.rootMib"],
    [{ ...recipe, board: "c" }, "must be called c.yaml"],
  ])("is refused with the place of the mistake: %#", (mistaken, expected) => {
    expect(() => parseRecipe(stringify(mistaken), "b.yaml")).toThrow(expected);
    expect(() => parseRecipe(stringify(mistaken), "b.yaml")).toThrow(/^b\.yaml is no recipe: [^\n]+$/);
  });

  it("takes its kernel from where it says, and the security updates of its release", () => {
    const read = readRecipe("pi-5");
    expect(packagesOf(read)).toContain("linux-image-arm64/trixie-backports");
    expect(sourcesOf(read)).toContainEqual(expect.stringContaining("debian-security trixie-security"));
    expect(rootCommand(read, "/r", "/d.deb").slice(-7, -4)).toEqual([expect.any(String), "trixie", "/r"]);
  });
});
