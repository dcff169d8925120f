/** Makes a board's first file system: busybox, `firmware-images/initrd/init`, and the drivers of the card. */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { type CpioEntry, cpioArchive } from "./cpio.ts";
import { modulesToLoad } from "./kernel-modules.ts";
import { type Recipe, recipesDirectory } from "./recipe.ts";

/** Without which the root cannot be laid together. */
const filesystemModules = ["ext4", "overlay"];
/** What ext4 asks for by another name; newer kernels have it built in without saying so. */
const checksumModule = "crc32c_generic";

/** `busybox` is a static one of the board's architecture. Throws `UsageError` for a driver that the kernel lacks. */
export function makeInitrd(recipe: Recipe, modules: string, busybox: string, target: string): void {
  const text = (name: string) => readFileSync(join(modules, name), "utf8");
  const dependencies = text("modules.dep");
  const checksums = dependencies.includes(`/${checksumModule}.ko`) ? [checksumModule] : [];
  const wanted = [...recipe.kernel.modules, ...checksums, ...filesystemModules];
  const files = modulesToLoad(wanted, dependencies, text("modules.builtin"));
  const loaded = files.map((file) => ({ name: basename(file, ".xz"), content: moduleContent(join(modules, file)) }));
  const entries: CpioEntry[] = [
    { kind: "directory", path: "bin" },
    { kind: "file", path: "bin/busybox", mode: 0o755, content: readFileSync(busybox) },
    { kind: "file", path: "init", mode: 0o755, content: readFileSync(join(recipesDirectory, "initrd/init")) },
    { kind: "directory", path: "dev" },
    { kind: "directory", path: "modules" },
    ...loaded.map(({ name, content }): CpioEntry => ({ kind: "file", path: `modules/${name}`, mode: 0o644, content })),
    {
      kind: "file",
      path: "modules/order",
      mode: 0o644,
      content: Buffer.from(loaded.map(({ name }) => `${name}\n`).join("")),
    },
  ];
  writeFileSync(target, gzipSync(Buffer.concat(cpioArchive(entries))));
}

/** Some releases compress modules, which the kernel takes in the clear alone. */
function moduleContent(path: string): Buffer {
  return path.endsWith(".xz") ? execFileSync("xz", ["--decompress", "--stdout", path]) : readFileSync(path);
}
