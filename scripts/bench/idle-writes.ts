/** What an idle fleet of three voters writes to its disks, and how often it asks them to flush. */
import { setTimeout as pause } from "node:timers/promises";
import { brambleProcess, bytesToStorage } from "../../test/lab/bramble-process.ts";
import type { Lab } from "../../test/lab/lab.ts";
import { countFlushes } from "./flush-counts.ts";

/** What the start left to do comes to rest within this. */
const restSeconds = 30;

export async function idleWrites(lab: Lab, seconds: number): Promise<void> {
  await pause(restSeconds * 1_000);
  const boards = lab.record.boards.map(({ name }) => ({ name, pid: brambleProcess(lab.record.name, name) }));
  const counts = await Promise.all(boards.map(({ pid }) => countFlushes(pid)));
  const before = boards.map(({ pid }) => bytesToStorage(pid));
  await pause(seconds * 1_000);
  const written = boards.map(({ pid }, index) => bytesToStorage(pid) - (before[index] ?? 0));
  const flushes = await Promise.all(counts.map((count) => count.stop()));
  for (const [index, { name }] of boards.entries()) {
    console.log(`${name}  ${written[index]} bytes, ${flushes[index]} flushes and synchronous writes`);
  }
  const [bytes, times] = [written, flushes].map((values) => values.reduce((sum, value) => sum + value, 0));
  console.log(`\n${bytes} bytes in ${times} flushes by three voters in ${seconds} s without a change (goal 0 in 0)`);
}
