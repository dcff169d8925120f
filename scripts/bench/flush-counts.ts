/** Counts the flushes and the writes to files that a process asks for, by following its system calls. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../src/lib/errors.ts";
import { leaves } from "./leftovers.ts";

/** The log is written with `pwrite64` to a file that flushes each write by itself; LevelDB flushes by `fdatasync`. */
const calls = ["fsync", "fdatasync", "sync_file_range", "msync", "syncfs", "sync", "pwrite64", "pwritev", "pwritev2"];

export interface FlushCount {
  /** Calls of those kinds since it began; the process is let go. */
  stop(): Promise<number>;
}

/** Needs root and strace. Resolves once the process is followed, with all its threads. */
export async function countFlushes(pid: number): Promise<FlushCount> {
  const directory = mkdtempSync(join(tmpdir(), "bramble-flushes-"));
  const file = join(directory, "calls");
  // One line a call and not a summary: what was not called at all leaves no line.
  const args = ["--quiet=exit", "-f", "-p", String(pid), "-o", file, "-e", `trace=${calls.join(",")}`];
  const strace = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
  const forgotten = leaves(() => strace.kill("SIGKILL"));
  try {
    await attached(strace);
  } catch (cause) {
    throw new UsageError("cannot follow system calls: install strace with scripts/setup bench, and run this as root", {
      cause,
    });
  }
  return {
    async stop() {
      const exited = once(strace, "exit");
      strace.kill("SIGINT");
      await exited;
      forgotten();
      const lines = readFileSync(file, "utf8").split("\n");
      rmSync(directory, { recursive: true });
      return lines.filter((line) => calls.some((call) => line.includes(`${call}(`))).length;
    },
  };
}

/** Strace says so on its standard error. */
async function attached(strace: ChildProcess): Promise<void> {
  const ended = once(strace, "exit").then(() => Promise.reject(new Error("strace ended at once")));
  const said = strace.stderr === null ? Promise.reject(new Error("strace says nothing")) : once(strace.stderr, "data");
  await Promise.race([said, ended]);
}
