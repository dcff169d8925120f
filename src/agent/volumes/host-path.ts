/** Paths of the board itself, checked as `hostPath.type` asks. */
import type { Stats } from "node:fs";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { failedMount } from "./volume-files.ts";

/** Throws `StepError` (`FailedMount`) where what is there is not of `type`, or nothing is there and none may be made. */
export async function prepareHostPath(path: string, type: string): Promise<void> {
  if (!path.startsWith("/") || path.split("/").includes("..")) {
    throw failedMount(`hostPath ${path} is not allowed: it must be absolute and without ".."`);
  }
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return make(path, type);
  const isRight = checks[type];
  if (isRight === undefined) throw failedMount(`hostPath ${path}: there is no type ${type}`);
  if (!isRight(found)) throw failedMount(`hostPath ${path} is not a ${type}`);
}

const checks: Readonly<Record<string, (found: Stats) => boolean>> = {
  "": () => true,
  Directory: (found) => found.isDirectory(),
  DirectoryOrCreate: (found) => found.isDirectory(),
  File: (found) => found.isFile(),
  FileOrCreate: (found) => found.isFile(),
  Socket: (found) => found.isSocket(),
  CharDevice: (found) => found.isCharacterDevice(),
  BlockDevice: (found) => found.isBlockDevice(),
};

async function make(path: string, type: string): Promise<void> {
  if (type === "" || type === "DirectoryOrCreate") await mkdir(path, { recursive: true, mode: 0o755 });
  else if (type === "FileOrCreate") await writeFile(path, "", { flag: "a", mode: 0o644 });
  else throw failedMount(`hostPath ${path} does not exist on this board, and type ${type} does not make it`);
}
