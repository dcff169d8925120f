/** Puts aside what a voter can no longer vouch for: for whoever wants to know what happened, and never to be used. */
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory } from "../platform/host/fleet-directory.ts";

const parts = ["state", "raft"] as const;

/**
 * Moves log and state of the voter to `quarantine/<time>/` and returns that path; only the latest is kept. Returns
 * undefined where there was no log to keep.
 */
export async function quarantine(dataDir: string, nowMs: number): Promise<string | undefined> {
  if (!(await holdsLog(join(dataDir, "raft")))) {
    for (const part of parts) await rm(join(dataDir, part), { recursive: true, force: true });
    return undefined;
  }
  const all = join(dataDir, "quarantine");
  const place = join(all, new Date(nowMs).toISOString().replaceAll(":", "-"));
  await rm(all, { recursive: true, force: true });
  await mkdir(place, { recursive: true, mode: 0o700 });
  // The log last: while it is there, the next start does the same again.
  for (const part of parts) {
    await rename(join(dataDir, part), join(place, part)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
  await syncDirectory(dataDir);
  return place;
}

async function holdsLog(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch(() => []);
  return names.some((name) => name.endsWith(".segment"));
}
