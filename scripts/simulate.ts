/**
 * Runs the simulation of the voters for many seeds: `npx tsx scripts/simulate.ts --seeds 20000 --from 1`.
 *
 * Prints how far it is every `--progress-seconds`, and for each seed that fails what was violated and how to see it
 * again. `--stop` ends with the first failure. Exits with 1 if there was any.
 */
import { parseArgs } from "node:util";
import { simulate } from "../test/simulation/simulate.ts";
import { Sightings } from "../test/simulation/sometimes.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    "harm-ms": { type: "string", default: "15000" },
    "progress-seconds": { type: "string", default: "30" },
    stop: { type: "boolean", default: false },
  },
});
const from = Number(values.from);
const seedCount = Number(values.seeds);
const harmMs = Number(values["harm-ms"]);
const progressMs = Number(values["progress-seconds"]) * 1_000;
const sightings = new Sightings();
const failed: number[] = [];
const startedAtMs = performance.now();
let toldAtMs = startedAtMs;
let committedCount = 0;
let runCount = 0;

for (let seed = from; seed < from + seedCount && !(values.stop && failed.length > 0); seed += 1) {
  try {
    const report = await simulate(seed, { harmMs });
    sightings.add(report.sightings);
    committedCount += report.committedCount;
  } catch (error) {
    failed.push(seed);
    console.error(error);
  }
  runCount += 1;
  if (performance.now() - toldAtMs >= progressMs) {
    toldAtMs = performance.now();
    console.log(`${runCount} of ${seedCount} seeds after ${secondsSince(startedAtMs)} s, ${failed.length} failed`);
  }
}

for (const [what, times] of Array.from(sightings.counts).sort()) console.log(`${String(times).padStart(8)} ${what}`);
console.log(`${runCount} seeds from ${from}, ${committedCount} entries committed, ${secondsSince(startedAtMs)} s`);
console.log(failed.length === 0 ? "no violation" : `violations in seeds ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;

function secondsSince(ms: number): string {
  return ((performance.now() - ms) / 1_000).toFixed(1);
}
