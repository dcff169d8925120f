/** What a board leaves behind when it is taken out of its fleet. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { podsWithFiles } from "../agent/pod/pods-with-files.ts";
import type { Mounts } from "../agent/ports.ts";
import { removePlaces } from "../agent/volumes/sub-path.ts";

/**
 * Unmounts what was mounted for pods, and removes the data directory unless `keepsData`. Rejects, before anything is
 * removed, where something is mounted still: it may be a directory of the board's owner that pods used.
 */
export async function removeData(
  { dataDir, keepsData }: { readonly dataDir: string; readonly keepsData: boolean },
  mounts: Mounts,
): Promise<void> {
  await mounts.unmountBelow(dataDir);
  const pods = join(dataDir, "pods");
  for (const uid of await podsWithFiles(pods)) await removePlaces(join(pods, uid));
  if (keepsData) return;
  for (const name of await readdir(dataDir)) await rm(join(dataDir, name), { recursive: true, force: true });
  await rm(dataDir, { recursive: true }).catch((thrown: NodeJS.ErrnoException) => {
    // A file system of its own: it stays, and is empty.
    if (thrown.code !== "EBUSY") throw thrown;
  });
}
