/** Resident memory of voters that hold 10,000 objects of 2 KB, and again after they were started anew. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchRun } from "./bench-run.ts";
import { OurVoters } from "./our-voters.ts";
import { residentMb } from "./process-figures.ts";

const valueBytes = 2_048;
const goalMb = 200;
/** The garbage of filling is collected by then, as in any idle voter. */
const restSeconds = 20;

export async function storeMemory(bench: BenchRun): Promise<void> {
  const objects = bench.quick ? 2_000 : 10_000;
  const place = join(bench.directory, "store-memory");
  mkdirSync(place);
  const ours = await OurVoters.start(place);
  const samples: Record<string, number[]> = {};
  const sample = (when: string) => {
    const megabytes = [...ours.pids.values()].map(residentMb);
    samples[when] = megabytes;
    console.log(`${when.padEnd(22)}${megabytes.map((mb) => mb.toFixed(1).padStart(9)).join("")}`);
  };
  try {
    console.log("RSS of three voters, MB");
    sample("empty");
    const leader = await ours.leader();
    await ours.voter(leader).ask({ type: "fill", objects, valueBytes }, "filled");
    sample(`${objects} objects, at once`);
    await pause((bench.quick ? 5 : restSeconds) * 1_000);
    sample("at rest");
    const follower = (leader + 1) % 3;
    ours.signal(follower, "SIGKILL");
    await ours.restart(follower);
    await pause((bench.quick ? 2 : restSeconds) * 1_000);
    sample("one of them restarted");
  } finally {
    await ours.stop();
  }
  const largest = Math.max(...(samples["at rest"] ?? []));
  console.log(`\n${objects} objects of ${valueBytes} B: at most ${largest.toFixed(0)} MB RSS (goal ≤ ${goalMb} MB)`);
  bench.keep({ samples });
}
