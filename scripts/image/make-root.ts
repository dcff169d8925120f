/** Makes a board's root file system in a directory: Debian's packages, bramble's, and the files of `firmware-images/system`. */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../src/lib/errors.ts";
import { type Recipe, recipesDirectory } from "./recipe.ts";
import { rootCommand } from "./root-packages.ts";
import { runProgram } from "./run-program.ts";

const units = "etc/systemd/system";
/** Enabled by hand: whoever builds may have no systemd. */
const enabled: readonly (readonly [unit: string, target: string, from: string])[] = [
  ["bramble-grow.service", "multi-user.target.wants", "/etc/systemd/system"],
  ["bramble-first-boot.service", "multi-user.target.wants", "/etc/systemd/system"],
  ["systemd-networkd.service", "multi-user.target.wants", "/lib/systemd/system"],
];
/** What would write to the card by and by, or wait for what need not be there. */
const masked = [
  "apt-daily.timer",
  "apt-daily-upgrade.timer",
  "dpkg-db-backup.timer",
  "e2scrub_all.timer",
  "e2scrub_reap.service",
  "systemd-networkd-wait-online.service",
  "systemd-random-seed.service",
];

/** Runs programs of the board's architecture, by emulation where that is another. Throws `UsageError`. */
export async function makeRoot(recipe: Recipe, root: string, deb: string, log: string): Promise<void> {
  // The kernel's own scripts would make an initrd, in emulation, for a quarter of an hour.
  await runProgram(rootCommand(recipe, root, deb), { log, env: { INITRD: "No" } });
  dressRoot(recipe, root);
}

/** All that is not packages; repeating it changes nothing. */
export function dressRoot(recipe: Recipe, root: string): void {
  cpSync(join(recipesDirectory, "system"), root, { recursive: true });
  for (const directory of ["boot/firmware", "data", "system"]) mkdirSync(join(root, directory), { recursive: true });
  for (const [unit, target, from] of enabled) {
    link(join(from, unit), join(root, units, target, unit));
  }
  for (const unit of masked) link("/dev/null", join(root, units, unit));
  link("/run/systemd/resolve/resolv.conf", join(root, "etc/resolv.conf"));
  // Empty, so that every board makes one of its own and keeps it.
  write(join(root, "etc/machine-id"), "");
  write(join(root, "etc/hostname"), "bramble\n");
  for (const name of readdirSync(join(root, "etc/ssh"))) {
    if (name.startsWith("ssh_host_")) rmSync(join(root, "etc/ssh", name));
  }
  for (const directory of ["var/cache/apt", "var/lib/apt/lists", "var/log"]) emptyDirectory(join(root, directory));
  write(join(root, "etc/bramble-image"), `${recipe.board}: ${recipe.title}\n`);
  chmodSync(join(root, "root"), 0o700);
}

/** The one kernel of a root, where its files are, which differs from release to release of Debian. */
export function kernelOf(root: string): {
  readonly image: string;
  readonly modules: string;
  readonly deviceTrees: string;
} {
  const [release, ...others] = readdirSync(join(root, "usr/lib/modules"));
  if (release === undefined || others.length > 0) {
    throw new UsageError(`the root has ${others.length + 1} kernels, and must have one: see the recipe's packages`);
  }
  const modules = join(root, "usr/lib/modules", release);
  const firstOf = (paths: readonly string[]) => paths.find((path) => existsSync(path)) ?? paths[0] ?? "";
  return {
    modules,
    image: firstOf([join(root, "boot", `vmlinuz-${release}`), join(modules, "vmlinuz")]),
    deviceTrees: firstOf([join(root, `usr/lib/linux-image-${release}`, "broadcom"), join(modules, "dtb/broadcom")]),
  };
}

function link(target: string, path: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

function write(path: string, text: string): void {
  // A link would be followed, out of the root.
  rmSync(path, { force: true });
  writeFileSync(path, text);
}

function emptyDirectory(path: string): void {
  mkdirSync(path, { recursive: true });
  for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true });
}
