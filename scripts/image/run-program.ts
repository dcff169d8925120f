/** Runs the long programs that an image is made with: what they print goes to a log, and its end is shown on failure. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { UsageError } from "../../src/lib/errors.ts";

const shownLinesMax = 15;

/** Where they are found, and which of Debian's packages they come with. */
const packageOf: Readonly<Record<string, string>> = {
  mmdebstrap: "mmdebstrap",
  sfdisk: "fdisk",
  "mkfs.vfat": "dosfstools",
  mcopy: "mtools",
  mmd: "mtools",
  mke2fs: "e2fsprogs",
  dumpe2fs: "e2fsprogs",
  tune2fs: "e2fsprogs",
  zstd: "zstd",
  "dpkg-deb": "dpkg",
};

export interface ProgramOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Appended to. */
  readonly log: string;
}

/** Throws `UsageError` with the end of the log when it does not end with 0. */
export async function runProgram(
  [file, ...args]: readonly [string, ...string[]],
  { input = "", env = {}, log }: ProgramOptions,
): Promise<void> {
  const output = openSync(log, "a");
  try {
    const child = spawn(file, args, {
      stdio: ["pipe", output, output],
      env: { ...process.env, LC_ALL: "C", PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`, ...env },
    });
    const missing = once(child, "error").then(([cause]) => {
      throw new UsageError(
        `the program ${file} cannot be run: run scripts/setup image, or apt-get install ${packageOf[file] ?? file}`,
        { cause },
      );
    });
    // It may end without reading.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    const [status, signal] = await Promise.race([once(child, "close"), missing]);
    if (status === 0) return;
    const end = readFileSync(log, "utf8").trimEnd().split("\n").slice(-shownLinesMax).join("\n");
    throw new UsageError(`${file} ended with ${signal ?? status}; the end of ${log}:\n${end}`);
  } finally {
    closeSync(output);
  }
}
