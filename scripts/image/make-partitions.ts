/** Makes the three file systems of an image as files, without mounting any. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../../src/lib/errors.ts";
import { bootTexts, initrdName, kernelName } from "./boot-texts.ts";
import { type Layout, mibBytes } from "./layout.ts";
import { kernelOf } from "./make-root.ts";
import { type Recipe, recipesDirectory } from "./recipe.ts";
import { runProgram } from "./run-program.ts";

export interface PartitionFiles {
  readonly boot: string;
  readonly root: string;
  readonly data: string;
}

/** Throws `UsageError` where something does not fit, or is not there. */
export async function makePartitions(
  recipe: Recipe,
  layout: Layout,
  { root, initrd, work, log }: { root: string; initrd: string; work: string; log: string },
): Promise<PartitionFiles> {
  const files = { boot: join(work, "boot.part"), root: join(work, "root.part"), data: join(work, "data.part") };
  for (const { role, sizeBytes } of layout.partitions) {
    rmSync(files[role], { force: true });
    writeFileSync(files[role], "");
    truncateSync(files[role], sizeBytes);
  }
  await makeBoot(recipe, { root, initrd, work, log }, files.boot);
  // Never written to: without a journal there is none to replay, and mounting it changes no byte.
  const settled = ["-O", "^has_journal", "-m", "0"];
  const content = (directory: string) => ["-d", directory];
  await makeExt4(files.root, "bramble-root", [...(recipe.root.readMostly ? settled : []), ...content(root)], log);
  // A journal of a size for the card that it will fill, not for the small partition that it is now.
  await makeExt4(files.data, "bramble-data", ["-J", "size=32", "-m", "1"], log);
  return files;
}

async function makeExt4(file: string, label: string, options: readonly string[], log: string): Promise<void> {
  await runProgram(
    ["mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-i", "16384", "-I", "256", "-L", label, ...options, file],
    { log },
  );
}

/** What lies on the boot partition: the kernel, what starts it, and the file that a person fills in. */
async function makeBoot(
  recipe: Recipe,
  { root, initrd, work, log }: { root: string; initrd: string; work: string; log: string },
  target: string,
): Promise<void> {
  const { boot } = recipe;
  const tree = mkdtempSync(join(work, "boot-"));
  const place = (from: string, path: string) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    copyFileSync(from, join(tree, path));
  };
  try {
    const kernel = kernelOf(root);
    place(kernel.image, kernelName);
    place(initrd, initrdName);
    if (boot.method === "raspberry-pi") {
      for (const name of boot.firmwareFiles) place(join(root, "usr/lib/raspi-firmware", name), name);
      for (const name of boot.deviceTrees) place(join(kernel.deviceTrees, name), name);
    } else place(join(root, "usr/lib/systemd/boot/efi/systemd-bootaa64.efi"), "EFI/BOOT/BOOTAA64.EFI");
    for (const { path, text } of bootTexts(recipe)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    place(join(recipesDirectory, "boot/bramble.example.yaml"), "bramble.example.yaml");
    requireRoom(tree, target);
    await runProgram(["mkfs.vfat", "-F", "32", "-n", "BRAMBLE", target], { log });
    await runProgram(["sh", "-c", 'mcopy -s -m -i "$0" "$1"/* ::', target, tree], { log });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT" && "path" in cause) {
      throw new UsageError(`${recipe.board}: ${String(cause.path)} is in none of its packages: see its recipe`, {
        cause,
      });
    }
    throw cause;
  } finally {
    rmSync(tree, { recursive: true });
  }
}

function requireRoom(tree: string, target: string): void {
  const bytes = treeBytes(tree);
  const room = statSync(target).size * 0.95;
  if (bytes <= room) return;
  const wantedMib = Math.ceil(bytes / 0.95 / mibBytes);
  throw new UsageError(`the boot partition is too small: give it a bootMib of ${wantedMib} in the recipe`);
}

function treeBytes(path: string): number {
  const { size } = statSync(path);
  if (!statSync(path).isDirectory()) return size;
  return readdirSync(path).reduce((sum, name) => sum + treeBytes(join(path, name)), 0);
}
