/**
 * LevelDB's native part, where the single executable carries it. The dynamic linker loads files only, so it is written
 * beside the databases that it serves: the one directory that a board can write, whose programs it may run (Debian
 * forbids that on `/run`), and that goes when the board leaves its fleet. Once a version; then it is only compared.
 */
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, UsageError } from "../../lib/errors.ts";
import { carriedFile, isSingleExecutable } from "../host/carried-files.ts";

const fileName = "classic-level.node";

/** Filled once loaded. The bundle hands it to `classic-level` in place of what its own loader finds beside it. */
export const nativePart: Record<string, unknown> = {};
let isLoaded = false;

/** To be called before LevelDB is used. Throws `UsageError` where the file cannot be written, or not be loaded. */
export function ensureNativePart(dataDir: string): void {
  if (!isSingleExecutable || isLoaded) return;
  const bytes = carriedFile(fileName);
  if (bytes === undefined) throw new Error(`this executable was made without ${fileName}`);
  const directory = join(dataDir, "native");
  try {
    process.dlopen({ exports: nativePart }, placeProgram(directory, fileName, bytes));
  } catch (cause) {
    throw new UsageError(
      `LevelDB cannot be loaded from ${directory} (${messageOf(cause)}): the data directory must be writable, and on a file system that is mounted without noexec`,
      { cause },
    );
  }
  isLoaded = true;
}

/**
 * Sees to it that a file which this process is about to execute holds exactly `bytes`, and that only its own user can
 * change it. Returns its path.
 */
export function placeProgram(directory: string, name: string, bytes: Uint8Array): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(directory);
  if (uid !== process.getuid?.()) throw new Error(`${directory} belongs to another user`);
  if ((mode & 0o077) !== 0) chmodSync(directory, 0o700);
  const path = join(directory, name);
  if (hashOfFile(path) === hashOf(bytes)) return path;
  const aside = `${path}.new`;
  rmSync(aside, { force: true });
  // Exclusively: what lies under that name by now was not written here.
  writeFileSync(aside, bytes, { flag: "wx", mode: 0o500 });
  renameSync(aside, path);
  return path;
}

function hashOfFile(path: string): string | undefined {
  // A link could be pointed elsewhere later.
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  return hashOf(readFileSync(path));
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
