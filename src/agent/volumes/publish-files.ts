/**
 * Puts a set of files into a directory so that readers see either all of the old ones or all of the new: each set has
 * a directory of its own, and the one symbolic link `..data` that leads to it is replaced by a rename.
 */
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import type { VolumeFiles } from "./volume-files.ts";

const current = "..data";

/** Nothing is written where `directory` holds exactly `files` already. `group` owns them where it is given. */
export async function publishFiles(directory: string, files: VolumeFiles, group: number | undefined): Promise<void> {
  const before = await readlink(join(directory, current)).catch(() => undefined);
  if (before !== undefined && (await holdsExactly(join(directory, before), files, group))) return;
  const next = await mkdtemp(join(directory, "..set-"));
  await chmod(next, 0o755);
  for (const [path, { bytes, mode }] of files) {
    const file = join(next, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, bytes);
    if (group !== undefined) await chown(file, 0, group);
    // After the content: the mode may forbid writing. The umask is not ours to choose.
    await chmod(file, withGroup(mode, group));
  }
  const link = join(directory, "..data-next");
  await rm(link, { force: true });
  await symlink(next.slice(directory.length + 1), link);
  await rename(link, join(directory, current));
  await linkNames(directory, files);
  if (before !== undefined) await rm(join(directory, before), { recursive: true, force: true });
}

/** The text of a file as it was last published; undefined where there is none, or `path` leads out of the volume. */
export async function readPublished(directory: string, path: string): Promise<string | undefined> {
  if (path.split("/").includes("..")) return undefined;
  return readFile(join(directory, current, path), "utf8").catch(() => undefined);
}

/** The names that a container sees lead through `..data`, so they need not change when the content does. */
async function linkNames(directory: string, files: VolumeFiles): Promise<void> {
  const wanted = new Set(Array.from(files.keys(), (path) => path.split("/")[0] ?? path));
  const present = new Set((await readdir(directory)).filter((name) => !name.startsWith("..")));
  for (const name of wanted) if (!present.has(name)) await symlink(join(current, name), join(directory, name));
  for (const name of present) if (!wanted.has(name)) await rm(join(directory, name), { recursive: true, force: true });
}

async function holdsExactly(directory: string, files: VolumeFiles, group: number | undefined): Promise<boolean> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  if (found.filter((entry) => entry.isFile()).length !== files.size) return false;
  for (const [path, { bytes, mode }] of files) {
    const file = join(directory, path);
    const held = await readFile(file).catch(() => undefined);
    if (held === undefined || !held.equals(bytes)) return false;
    const { mode: heldMode, gid } = await stat(file);
    if ((heldMode & 0o7777) !== withGroup(mode, group) || (group !== undefined && gid !== group)) return false;
  }
  return true;
}

function withGroup(mode: number, group: number | undefined): number {
  return group === undefined ? mode : mode | 0o440;
}
