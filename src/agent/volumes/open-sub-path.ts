/**
 * Opens what a mount's `subPath` names, so that no process in the volume can lead the way out of it: each name is
 * opened within the directory that was opened before it, and none of them may be a symbolic link.
 */
import { constants } from "node:fs";
import { chmod, type FileHandle, mkdir, open, readdir, realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import { configError } from "../pod/step-error.ts";

/**
 * `O_PATH`, which Node has no name for: holds a place in the file system, and opens nothing. A FIFO does not block, and
 * a device does not notice.
 */
const pathOnly = 0o10_000_000;

/** What of a volume's mode its new directories have: access, and that a group's directories hold files of the group. */
const inheritedMode = 0o2777;

/**
 * Directories that are missing are made, with the volume's own mode. The caller closes what it gets, a descriptor that
 * nothing can be read from. Throws `StepError` (`CreateContainerConfigError`) where `subPath` leads out of the volume,
 * or is changed under our hands.
 */
export async function openSubPath(volume: string, subPath: string): Promise<FileHandle> {
  const root = await realpath(volume);
  const names = await namesWithin(root, subPath);
  let held = await open(root, pathOnly | constants.O_NOFOLLOW | constants.O_DIRECTORY);
  try {
    const mode = (await held.stat()).mode & inheritedMode;
    for (const name of names) {
      const next = await openOrMake(held, name, mode, subPath);
      await held.close();
      held = next;
    }
    return held;
  } catch (thrown) {
    await held.close();
    throw thrown;
  }
}

/** The names of `subPath`; none for the volume itself. Throws `StepError` where one of them climbs. */
export function subPathNames(subPath: string): readonly string[] {
  const names = subPath.split("/").filter((name) => name !== "" && name !== ".");
  if (subPath.startsWith("/") || names.includes("..")) throw refusal(subPath);
  return names;
}

/**
 * The names from `root` to what `subPath` names, links followed; what is missing stays as it was written. By the time
 * they are opened they may lead elsewhere: this finds the way, and keeps nobody from anything.
 */
async function namesWithin(root: string, subPath: string): Promise<readonly string[]> {
  const names = subPathNames(subPath);
  for (let found = names.length; found > 0; found -= 1) {
    const path = await realpath(join(root, ...names.slice(0, found))).catch(unless("ENOENT", "ENOTDIR"));
    if (path === undefined) continue;
    const within = relative(root, path).split("/");
    if (within[0] === "..") throw refusal(subPath);
    return [...within.filter((name) => name !== ""), ...names.slice(found)];
  }
  return names;
}

async function openOrMake(parent: FileHandle, name: string, mode: number, subPath: string): Promise<FileHandle> {
  if (!(await parent.stat()).isDirectory()) {
    throw configError(
      `subPath ${JSON.stringify(subPath)}: what should hold ${JSON.stringify(name)} is not a directory`,
    );
  }
  const path = `${placeOf(parent)}/${name}`;
  const found = await openName(path).catch(unless("ENOENT"));
  const isMade = found === undefined && (await makeDirectory(path));
  const handle = found ?? (await openName(path));
  try {
    if ((await handle.stat()).isSymbolicLink()) throw refusal(subPath);
    if (isMade && (await isUntouched(handle))) await chmod(placeOf(handle), mode);
    return handle;
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/** Of a symbolic link this holds the link. */
function openName(path: string): Promise<FileHandle> {
  return open(path, pathOnly | constants.O_NOFOLLOW);
}

/** False where something of that name has come up meanwhile. */
async function makeDirectory(path: string): Promise<boolean> {
  // Closed until its mode is the volume's: the process's umask would make it another than was asked for.
  const made = await mkdir(path, { mode: 0o700 }).then(() => true, unless("EEXIST"));
  return made === true;
}

/** Another directory may have been moved here since ours was made, and what is in it must not be laid open. */
async function isUntouched(handle: FileHandle): Promise<boolean> {
  const { uid, mode } = await handle.stat();
  if (uid !== process.geteuid?.() || (mode & 0o777) !== 0o700) return false;
  return (await readdir(placeOf(handle)).catch(() => undefined))?.length === 0;
}

/** A path that the kernel resolves to the open directory itself, wherever that has been moved. */
function placeOf({ fd }: FileHandle): string {
  return `/proc/self/fd/${fd}`;
}

function refusal(subPath: string) {
  return configError(`subPath ${JSON.stringify(subPath)} must lead to something within its volume, links included`);
}

/** Answers these errors with `undefined`, and passes on every other. */
function unless(...codes: readonly string[]): (thrown: NodeJS.ErrnoException) => undefined {
  return (thrown) => {
    if (!codes.includes(thrown.code ?? "")) throw thrown;
  };
}
