/** What the kernel says of a process. */
import { readFileSync } from "node:fs";

/** In MB of 10⁶ bytes. */
export function residentMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return (Number(kilobytes) * 1_024) / 1e6;
}

/** User and system time since the start, in ticks of 10 ms as Linux counts them. */
export function cpuSeconds(pid: number): number {
  // The command, in brackets, may hold blanks.
  const [, after = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const fields = after.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
