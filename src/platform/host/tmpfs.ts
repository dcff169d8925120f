/** File systems in memory, by the kernel's tmpfs; needs root. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { MemoryFilesystems } from "../../agent/ports.ts";

const run = promisify(execFile);

export const tmpfs: MemoryFilesystems = {
  async mount(directory, { sizeBytes, mode }) {
    if ((await mountPoints()).includes(directory)) return;
    const size = sizeBytes === undefined ? "" : `,size=${sizeBytes}`;
    await run("mount", ["-t", "tmpfs", "-o", `mode=${mode},nosuid,nodev${size}`, "tmpfs", directory]);
  },

  async unmountBelow(directory) {
    const below = (await mountPoints()).filter((point) => point === directory || point.startsWith(`${directory}/`));
    // The innermost first. Lazily: a container that is still ending may have files open.
    for (const point of below.sort((a, b) => b.length - a.length)) await run("umount", ["--lazy", point]);
  },
};

async function mountPoints(): Promise<string[]> {
  const text = await readFile("/proc/self/mountinfo", "utf8");
  return text.split("\n").map((line) => readable(line.split(" ")[4] ?? ""));
}

/** The kernel writes blanks and backslashes in octal: `\040`. */
function readable(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
