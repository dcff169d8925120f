/** `npm run bench -- <name>`: prints a figure of the README, and with `--out` writes its raw data to a file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../../src/lib/errors.ts";
import { api } from "./api.ts";
import type { BenchRun } from "./bench-run.ts";
import { boards } from "./boards.ts";
import { commit } from "./commit.ts";
import { dashboard } from "./dashboard.ts";
import { failover } from "./failover.ts";
import { hostile } from "./hostile.ts";
import { idle } from "./idle.ts";
import { idleWrites } from "./idle-writes.ts";
import { leaves, takeDownOnSignals } from "./leftovers.ts";
import { memory } from "./memory.ts";
import { onLab } from "./on-lab.ts";
import { storeMemory } from "./store-memory.ts";

const benches: Readonly<Record<string, (run: BenchRun) => Promise<void>>> = {
  memory: ({ seconds }) => onLab((lab) => memory(lab, seconds)),
  "idle-writes": ({ seconds }) => onLab((lab) => idleWrites(lab, seconds)),
  idle,
  boards,
  api,
  commit,
  dashboard,
  failover,
  hostile,
  "store-memory": storeMemory,
};

const defaultSeconds: Readonly<Record<string, number>> = { hostile: 60, idle: 600 };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string" },
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    out: { type: "string" },
    dir: { type: "string", default: tmpdir() },
  },
});
const [name = ""] = positionals;
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
const seconds = Number(values.seconds ?? defaultSeconds[name] ?? 300);
if (bench === undefined || positionals.length !== 1 || !(seconds > 0)) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join("|")} [--quick] [--out FILE] [--dir DIRECTORY]
  --seconds N   how long memory, idle and idle-writes look, and each input of hostile lasts
  --only NAME   of hostile's inputs only this one
  --quick       a look in under a minute: too short to quote
  --out FILE    the raw data as JSON
  --dir D       on whose disk the others write`);
  process.exit(1);
}

const directory = mkdtempSync(join(values.dir, "bramble-bench-"));
const removeDirectory = () => rmSync(directory, { recursive: true, force: true });
takeDownOnSignals();
leaves(removeDirectory);
const keep = (data: unknown) => {
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify({ bench: name, data }, undefined, 1)}\n`);
};
try {
  await bench({ quick: values.quick, seconds, only: values.only, directory, keep });
} catch (error) {
  console.error(`bench: ${messageOf(error)}`);
  process.exitCode = 1;
} finally {
  removeDirectory();
}
