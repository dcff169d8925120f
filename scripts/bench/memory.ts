/** Resident memory of boards that are voter and agent, one of them the leader too, with a DaemonSet running. */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { brambleProcess } from "../../test/lab/bramble-process.ts";
import type { Lab } from "../../test/lab/lab.ts";
import { leaderOf } from "../../test/lab/leader.ts";

const samples = 7;
const goalMb = 128;

export async function memory(lab: Lab, seconds: number): Promise<void> {
  const leader = await leaderOf(lab);
  console.log("board     seconds  VmRSS MB  RssAnon MB");
  const resident: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    await pause((seconds / samples) * 1_000);
    for (const { name } of lab.record.boards) {
      const { rss, anonymous } = readMemory(brambleProcess(lab.record.name, name));
      const role = name === leader ? `${name}*` : name;
      const at = Math.round(((sample + 1) * seconds) / samples);
      console.log(
        `${role.padEnd(10)}${String(at).padStart(7)}${rss.toFixed(1).padStart(10)}${anonymous.toFixed(1).padStart(12)}`,
      );
      if (name === leader) resident.push(rss);
    }
  }
  const median = resident.sort((a, b) => a - b)[samples >> 1] ?? 0;
  console.log(`\n* leader, voter and agent in one: median ${median.toFixed(1)} MB RSS (goal at most ${goalMb} MB)`);
}

/** In MB of 10⁶ bytes. */
function readMemory(pid: number): { rss: number; anonymous: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const of = (field: string) => (Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1_024) / 1e6;
  return { rss: of("VmRSS"), anonymous: of("RssAnon") };
}
