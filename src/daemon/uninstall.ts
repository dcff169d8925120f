/** Takes Bramble off this machine: its service first, then what it runs, then itself. */
import { existsSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { UninstallOptions } from "../cli/cli-actions.ts";
import { UsageError } from "../lib/errors.ts";
import { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { CommandError, type RunCommand, runCommand } from "../platform/host/run-command.ts";
import { resetBoard } from "./reset.ts";

/** Where `install.sh` puts them on a system without dpkg, and the configuration on every one. */
const placed = {
  executable: "usr/local/bin/bramble",
  unit: "etc/systemd/system/bramble.service",
  dropIns: "etc/systemd/system/bramble.service.d",
  enabled: "etc/systemd/system/multi-user.target.wants/bramble.service",
  configuration: "etc/bramble",
} as const;

/** `progress` hears of each step before it is taken. Throws `UsageError` where the board's pods cannot be removed. */
export async function uninstallBramble(
  { dataDir, purge }: UninstallOptions,
  progress: (line: string) => void,
  { root = "/", run = runCommand }: { readonly root?: string; readonly run?: RunCommand } = {},
): Promise<void> {
  const path = (name: keyof typeof placed) => join(root, placed[name]);
  if (existsSync(join(root, "run/systemd/system")) && (await succeeds(run, ["systemctl", "cat", "bramble.service"]))) {
    progress("stopping the service");
    await run(["systemctl", "disable", "--now", "bramble.service"]);
  }
  if (await isOfAFleet(dataDir)) {
    progress(
      `removing the board's pods and networks${purge ? ` and ${dataDir}` : `; what its volumes hold stays in ${dataDir}`}`,
    );
    await resetBoard({ dataDir, keepsData: !purge });
  } else if (purge) {
    await rm(dataDir, { recursive: true, force: true });
  }
  if (await succeeds(run, ["dpkg-query", "--status", "bramble"])) {
    progress("removing the package");
    await run(["dpkg", "--purge", "bramble"]);
  }
  progress("removing what is left of the installation");
  for (const name of ["enabled", "unit", "executable"] as const) await rm(path(name), { force: true });
  for (const name of ["dropIns", "configuration"] as const) await rm(path(name), { recursive: true, force: true });
  if (existsSync(join(root, "run/systemd/system"))) await run(["systemctl", "daemon-reload"]);
  // Another's files may be in it, and then it stays.
  if (purge) await rmdir(dataDir).catch(() => {});
}

async function isOfAFleet(dataDir: string): Promise<boolean> {
  try {
    await new FleetDirectory(dataDir).readIdentity();
    return true;
  } catch (error) {
    if (error instanceof UsageError && error.message.includes("belongs to no fleet")) return false;
    throw error;
  }
}

async function succeeds(run: RunCommand, command: readonly [string, ...string[]]): Promise<boolean> {
  try {
    await run(command);
    return true;
  } catch (error) {
    if (error instanceof CommandError || error instanceof UsageError) return false;
    throw error;
  }
}
