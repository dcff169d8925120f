/** Mounts for pods, made with mount(8); needs root. */
import { fstat as fstatCallback } from "node:fs";
import { lstat, readFile, realpath } from "node:fs/promises";
import { promisify } from "node:util";
import type { Mounts } from "../../agent/ports.ts";
import { OperationalError } from "../../lib/errors.ts";
import { isBelow, mountsBelow, parseMountTable } from "./mount-table.ts";
import { CommandError, runCommand } from "./run-command.ts";

const fstat = promisify(fstatCallback);

export const boardMounts: Mounts = {
  async mountMemory(directory, { sizeBytes, mode }) {
    // The kernel names mounts by their real paths, and a data directory may be reached through a link.
    const place = await realpath(directory);
    if ((await mountTable()).some(({ path }) => path === place)) return;
    const size = sizeBytes === undefined ? "" : `,size=${sizeBytes}`;
    await runCommand(["mount", "-t", "tmpfs", "-o", `mode=${mode},nosuid,nodev${size}`, "tmpfs", place]);
  },

  async mountOpened(descriptor, place) {
    // The kernel goes by the open file behind this link. mount(8) by itself would write out the path that the link
    // shows, and look that up anew. Private: what is mounted in the volume from now on is not mounted here as well, so
    // that unmounting here unmounts nothing there.
    const source = `/proc/${process.pid}/fd/${descriptor}`;
    await mountBind(["--no-canonicalize", "--bind", "--make-private", source, place]);
    const [opened, shown] = await Promise.all([fstat(descriptor, { bigint: true }), lstat(place, { bigint: true })]);
    if (opened.dev === shown.dev && opened.ino === shown.ino) return;
    await runCommand(["umount", "--lazy", place]);
    throw new OperationalError(`mount(8) mounted something else than was opened: install that of util-linux`);
  },

  async unmountBelow(directory) {
    const root = await realpath(directory).catch(absent);
    if (root === undefined) return;
    const below = mountsBelow(root, await mountTable());
    for (const { path, isShared } of below) {
      // What is mounted within a shared mount would be unmounted at its origin, too.
      const isHolder = isShared && below.some((other) => isBelow(other.path, path));
      if (isHolder) await runCommand(["mount", "--make-private", path]);
    }
    let failure: unknown;
    for (const { path } of below) {
      // Lazily: a container that is still ending may have files open.
      await runCommand(["umount", "--lazy", path]).catch((thrown: unknown) => {
        failure ??= thrown;
      });
    }
    const [left] = mountsBelow(root, await mountTable());
    if (left === undefined) return;
    throw new OperationalError(`${left.path} is still mounted: unmount it`, { cause: failure });
  },
};

async function mountBind(args: readonly string[]): Promise<void> {
  try {
    await runCommand(["mount", ...args]);
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    const [said = ""] = cause.stderr.trim().split("\n");
    throw new OperationalError(
      `${said.replace(/\.$/, "")}; bramble must have root's rights to mount, and util-linux's mount(8)`,
      {
        cause,
      },
    );
  }
}

async function mountTable() {
  return parseMountTable(await readFile("/proc/self/mountinfo", "utf8"));
}

function absent(thrown: NodeJS.ErrnoException): undefined {
  if (thrown.code !== "ENOENT") throw thrown;
}
