/** The image for the Raspberry Pi 4: built, compressed, written by its block map over a used card, and read back. */
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltImage, buildImage } from "../../scripts/image/build-image.ts";
import { layoutOf } from "../../scripts/image/layout.ts";
import { readRecipe } from "../../scripts/image/recipe.ts";
import { debForArm64 } from "../../scripts/image/release-package.ts";
import { runProgram } from "../../scripts/image/run-program.ts";
import { runCommand } from "../../src/platform/host/run-command.ts";
import { bootPartitionOf } from "./boot-partition.ts";

const recipe = readRecipe("pi-4");
const layout = layoutOf(recipe.partitions);
const out = join(import.meta.dirname, "../../dist/images");
const scratch = mkdtempSync(join(tmpdir(), "bramble-pi-4-"));
const card = join(scratch, "card.img");
const log = join(scratch, "programs.log");
let built: BuiltImage;

beforeAll(async () => {
  const work = process.env["BRAMBLE_IMAGE_WORK_PI_4"];
  const deb = debForArm64();
  built = await buildImage({
    board: "pi-4",
    out,
    deb,
    raw: false,
    ...(work !== undefined && { work }),
    say: console.log,
  });
  await fillCard();
}, 3_600_000);

afterAll(() => rmSync(scratch, { recursive: true }));

describe("the image for the Raspberry Pi 4", () => {
  it("has the checksums that lie beside it", async () => {
    expect(await runCommand(["sh", "-c", `cd ${out} && sha256sum --check ${built.checksums}`])).not.toContain("FAILED");
  });

  it("is written by its block map, over what was on the card before, to whole file systems", async () => {
    await runProgram(["bmaptool", "--quiet", "copy", "--bmap", built.blockMap, built.image, card], { log });
    for (const { role, offsetBytes, sizeBytes } of layout.partitions) {
      const part = join(scratch, role);
      const range = { start: offsetBytes, end: offsetBytes + sizeBytes - 1 };
      await pipeline(createReadStream(card, range), createWriteStream(part));
      await runProgram(role === "boot" ? ["fsck.vfat", "-n", part] : ["e2fsck", "-f", "-n", part], { log });
    }
  }, 600_000);

  it("has what the board's firmware asks for on its boot partition", async () => {
    const boot = bootPartitionOf(card, recipe);
    const names = await boot.list();
    for (const name of ["start4.elf", "fixup4.dat", "bcm2711-rpi-4-b.dtb", "kernel.img", "initrd.img", "cmdline.txt"]) {
      expect(names).toContain(name);
    }
    const config = await boot.read("config.txt");
    for (const line of ["arm_64bit=1", "kernel=kernel.img", "initramfs initrd.img followkernel"]) {
      expect(config.split("\n")).toContain(line);
    }
    expect(await boot.read("cmdline.txt")).toMatch(/^console=\S+ console=tty0 .*cgroup_enable=memory.*\n$/);
    const table = await runCommand(["sfdisk", "--dump", card]);
    expect(table).toContain("label: dos");
    expect(table).toMatch(/start= *8192, size= *524288, type=c, bootable/);
  });

  it("carries bramble, the engine and the radio's firmware, and nobody's keys", async () => {
    const listed = async (path: string) => runCommand(["debugfs", "-R", `ls -p ${path}`, join(scratch, "root")]);
    expect(await listed("/usr/bin")).toMatch(/\/bramble\//);
    expect(await listed("/usr/sbin")).toMatch(/\/dockerd\//);
    expect(await listed("/usr/lib/firmware/brcm")).toContain("brcmfmac43455-sdio.raspberrypi,4-model-b.txt");
    expect(await listed("/etc/ssh")).not.toContain("ssh_host_");
    const read = async (path: string) => runCommand(["debugfs", "-R", `cat ${path}`, join(scratch, "root")]);
    expect(await read("/etc/machine-id")).toBe("");
    expect(await read("/etc/bramble-image")).toBe("pi-4: Raspberry Pi 4\n");
  });
});

/** A card that was used before: what the block map leaves out keeps this. */
async function fillCard(): Promise<void> {
  await runProgram(["sh", "-c", `tr '\\0' '\\252' </dev/zero | head -c ${layout.imageBytes} >${card}`], { log });
}
