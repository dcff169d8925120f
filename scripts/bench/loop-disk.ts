/** An ext4 file system on a loop device of its own, whose counters say what reached the device, journal and all. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { runCommand as run } from "../../src/platform/host/run-command.ts";
import { leaves } from "./leftovers.ts";

const bytesPerSector = 512;

export interface LoopDisk {
  readonly directory: string;
  /** Written since the disk was made, after everything that still waits in memory. */
  bytesWritten(): Promise<number>;
  remove(): Promise<void>;
}

/** Needs root. */
export async function makeLoopDisk(place: string, name: string): Promise<LoopDisk> {
  const image = join(place, `${name}.img`);
  const directory = join(place, name);
  mkdirSync(directory, { recursive: true });
  await run(["fallocate", "-l", "3G", image]);
  await run(["mkfs.ext4", "-q", "-F", "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0", image]);
  const device = (await run(["losetup", "--find", "--show", "--direct-io=on", image])).trim();
  await run(["mount", device, directory]);
  const remove = async (...options: string[]) => {
    await run(["umount", ...options, directory]);
    await run(["losetup", "--detach", device]);
    rmSync(image);
  };
  // Lazily, as those who were just killed may still be on their way out.
  const removed = leaves(() => remove("--lazy"));
  return {
    directory,
    async bytesWritten() {
      await run(["sync", "--file-system", directory]);
      const fields = readFileSync(`/sys/block/${basename(device)}/stat`, "utf8")
        .trim()
        .split(/\s+/);
      return Number(fields[6]) * bytesPerSector;
    },
    async remove() {
      await remove();
      removed();
    },
  };
}
