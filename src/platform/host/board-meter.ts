/** How much of the board's processors and memory is in use, from the kernel's own counters. */
import { readFile } from "node:fs/promises";
import type { BoardMeter, UsageReading } from "../../agent/ports.ts";

/** `USER_HZ`, which is 100 on every Linux that programs see. */
const nsPerTick = 10_000_000;
const bytesPerKibibyte = 1024;

export const boardMeter: BoardMeter = {
  async read() {
    const [stat, memory] = await Promise.all([readFile("/proc/stat", "utf8"), readFile("/proc/meminfo", "utf8")]);
    return boardUsage(stat, memory);
  },
};

/** From `/proc/stat` and `/proc/meminfo`. */
export function boardUsage(stat: string, memory: string): UsageReading {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? "")
    .split(" ")
    .map(Number);
  const kibibytes = (field: string) => Number(new RegExp(`^${field}: +(\\d+) kB$`, "m").exec(memory)?.[1] ?? 0);
  return {
    cpuNs: (user + nice + system + irq + softirq + steal) * nsPerTick,
    memoryBytes: (kibibytes("MemTotal") - kibibytes("MemAvailable")) * bytesPerKibibyte,
  };
}
