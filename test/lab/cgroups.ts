import { readdirSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = "/sys/fs/cgroup";

/** Removes the empty directories that engines leave below a cgroup, in the one hierarchy or in each of version 1's. */
export function removeCgroups(cgroup: string): void {
  const hierarchies = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, entry.name));
  for (const hierarchy of [root, ...hierarchies]) removeTree(join(hierarchy, cgroup));
}

function removeTree(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false }) === undefined) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(directory, entry.name));
  }
  rmdirSync(directory);
}
