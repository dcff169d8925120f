/** `npm run bench -- <name>`: prints a figure of the README with its raw data. Each measures on a lab of its own. */
import { parseArgs } from "node:util";
import { messageOf } from "../../src/lib/errors.ts";
import { podsOn } from "../../test/lab/fleet-view.ts";
import { type Lab, upLab } from "../../test/lab/lab.ts";
import { removeLab } from "../../test/lab/remove-lab.ts";
import { idleWrites } from "./idle-writes.ts";
import { memory } from "./memory.ts";

const benches: Readonly<Record<string, (lab: Lab, seconds: number) => Promise<void>>> = {
  memory,
  "idle-writes": idleWrites,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string", default: "300" } },
});
const [name = ""] = positionals;
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
const seconds = Number(values.seconds);
if (bench === undefined || positionals.length !== 1 || !(seconds > 0)) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join("|")} [--seconds N]`);
  process.exit(1);
}

const lab = "bench";
const boards = ["b1", "b2", "b3"];
try {
  await removeLab(lab);
  const up = await upLab({ name: lab, boards: 3, voters: 3, bramble: true, say: (line) => console.error(line) });
  await up.kubectl(["apply", "-f", new URL("../../config/samples/hello-daemonset.yaml", import.meta.url).pathname]);
  await podsOn(up, "hello", boards);
  await bench(up, seconds);
} catch (error) {
  console.error(`bench: ${messageOf(error)}`);
  process.exitCode = 1;
} finally {
  await removeLab(lab);
}
