/** What an idle fleet of three voters writes to its disks. */
import { setTimeout as pause } from "node:timers/promises";
import { brambleProcess, bytesToStorage } from "../../test/lab/bramble-process.ts";
import type { Lab } from "../../test/lab/lab.ts";

/** What the start left to do comes to rest within this. */
const restSeconds = 30;

export async function idleWrites(lab: Lab, seconds: number): Promise<void> {
  await pause(restSeconds * 1_000);
  const boards = lab.record.boards.map(({ name }) => ({ name, pid: brambleProcess(lab.record.name, name) }));
  const before = boards.map(({ pid }) => bytesToStorage(pid));
  await pause(seconds * 1_000);
  const written = boards.map(({ pid }, index) => bytesToStorage(pid) - (before[index] ?? 0));
  for (const [index, { name }] of boards.entries()) console.log(`${name}  ${written[index]} bytes`);
  const total = written.reduce((sum, bytes) => sum + bytes, 0);
  console.log(`\n${total} bytes written by three voters in ${seconds} s without a change (goal 0)`);
}
