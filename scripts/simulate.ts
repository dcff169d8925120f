/** Runs the simulation of the voters for many seeds: `npx tsx scripts/simulate.ts --seeds 1000 --from 1`. */
import { parseArgs } from "node:util";
import { simulate } from "../test/simulation/simulate.ts";
import { Sightings } from "../test/simulation/sometimes.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    "harm-ms": { type: "string", default: "15000" },
  },
});
const from = Number(values.from);
const seedCount = Number(values.seeds);
const harmMs = Number(values["harm-ms"]);
const sightings = new Sightings();
const failed: number[] = [];
const startedAtMs = performance.now();
let committedCount = 0;

for (let seed = from; seed < from + seedCount; seed += 1) {
  try {
    const report = await simulate(seed, { harmMs });
    sightings.add(report.sightings);
    committedCount += report.committedCount;
  } catch (error) {
    failed.push(seed);
    console.error(error);
  }
}

for (const [what, times] of Array.from(sightings.counts).sort()) console.log(`${String(times).padStart(8)} ${what}`);
const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
console.log(`${seedCount} seeds from ${from}, ${committedCount} entries committed, ${seconds} s`);
console.log(failed.length === 0 ? "no violation" : `violations in seeds ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
