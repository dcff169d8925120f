/**
 * Mounts what a mount's `subPath` names at a place of ours, below the pod's own directory, for the engine to mount from:
 * it mounts by path, and a path within a volume can be led elsewhere between our look and its own (CVE-2017-1002101).
 */
import { type FileHandle, lstat, mkdir, open, readdir, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../../lib/errors.ts";
import { configError, StepError } from "../pod/step-error.ts";
import type { Mounts } from "../ports.ts";
import { openSubPath, subPathNames } from "./open-sub-path.ts";

/** Where the containers' places are, in the pod's directory. */
const placesOf = (podDirectory: string) => join(podDirectory, "volume-subpaths");

/** Where one container's places are. */
export function containerPlaces(podDirectory: string, containerName: string): string {
  return join(placesOf(podDirectory), containerName);
}

/**
 * The path to mount from: `place`, where `subPath` of `volume` is seen from now on, or the volume itself where `subPath`
 * names nothing below it. `place` must not exist. Throws `StepError` (`CreateContainerConfigError`).
 */
export async function mountSubPath(volume: string, subPath: string, place: string, mounts: Mounts): Promise<string> {
  if (subPathNames(subPath).length === 0) return volume;
  try {
    const opened = await openSubPath(volume, subPath);
    try {
      await makePlace(opened, place);
      await mounts.mountOpened(opened.fd, place);
    } finally {
      await opened.close();
    }
  } catch (thrown) {
    if (thrown instanceof StepError) throw thrown;
    throw configError(`cannot mount subPath ${JSON.stringify(subPath)}: ${messageOf(thrown)}`, thrown);
  }
  return place;
}

/** A file cannot be mounted on a directory, nor the other way round. */
async function makePlace(opened: FileHandle, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  if ((await opened.stat()).isDirectory()) await mkdir(place, { mode: 0o700 });
  else await (await open(place, "wx", 0o600)).close();
}

/** Unmounts and removes what an earlier start of a container, or of the board, left at its places. */
export async function clearContainerPlaces(directory: string, mounts: Mounts): Promise<void> {
  await mounts.unmountBelow(directory);
  await removeDirectory(directory, removePlace);
}

/**
 * Removes all places of a pod, which are unmounted. Rejects at one that is not, or is not empty: what is mounted there
 * belongs to a volume, so nothing here removes what is in a directory.
 */
export async function removePlaces(podDirectory: string): Promise<void> {
  await removeDirectory(placesOf(podDirectory), (container) => removeDirectory(container, removePlace));
}

async function removeDirectory(directory: string, removeEntry: (path: string) => Promise<void>): Promise<void> {
  const names = await readdir(directory).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== "ENOENT") throw thrown;
  });
  if (names === undefined) return;
  for (const name of names) await removeEntry(join(directory, name));
  await rmdir(directory);
}

/** The kernel removes nothing that is mounted on. */
async function removePlace(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isDirectory()) return rmdir(path);
  // An engine that does not see our mounts lets containers write here.
  if (found.size > 0)
    throw new Error(`${path} is mounted still, or holds data: unmount it, or move the data elsewhere`);
  await unlink(path);
}
