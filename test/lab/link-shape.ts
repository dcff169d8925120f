/** A slow or lossy link: the board's port leaves the bridge, and `link-shaper.py` carries its frames there and back. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../src/lib/errors.ts";
import { runCommand } from "../../src/platform/host/run-command.ts";
import { firstLine } from "./first-line.ts";
import { boardPaths, lanNamespace, namespacePath } from "./lab-names.ts";
import type { LabBoard, LabRecord, LinkShape } from "./lab-record.ts";
import { processesIn, signal } from "./namespace-processes.ts";
import { waitUntil } from "./wait-until.ts";

export const bridge = "lan";
/** A shaped board's port on the bridge, and the loose end from which the shaper takes what the bridge sends. */
export const lanEnd = (board: string): string => `${board}-lan`;
const looseEnd = (board: string): string => `${board}-loose`;

const program = join(import.meta.dirname, "link-shaper.py");

/** Replaces whatever shape the link has. Throws `UsageError` where Python is missing. */
export async function shapeLink(lab: LabRecord, board: LabBoard, shape: LinkShape): Promise<void> {
  await straightenLink(lab, board);
  const [port, outer, loose] = [board.name, lanEnd(board.name), looseEnd(board.name)];
  await inLan(lab, [
    `link add ${outer} type veth peer name ${loose}`,
    `link set ${loose} up`,
    `link set ${port} nomaster`,
    `link set ${outer} master ${bridge} up`,
  ]);
  const numbers = [shape.delayMs, shape.jitterMs, shape.lossPercent].map(String);
  const enter = [`--net=${namespacePath(lanNamespace(lab.name))}`, "/usr/bin/python3", program, port, loose];
  const log = openSync(join(boardPaths(lab.name, board.name).logs, "link-shaper.log"), "a");
  const child = spawn("nsenter", [...enter, ...numbers], { detached: true, stdio: ["ignore", "pipe", log] });
  closeSync(log);
  if ((await firstLine(child)) === "ready") return;
  await straightenLink(lab, board);
  throw new UsageError("The link shaper did not start; it needs Python: apt-get install python3-minimal");
}

/** Puts the board's port back on the bridge; nothing happens to a link without a shape. */
export async function straightenLink(lab: LabRecord, board: LabBoard): Promise<void> {
  const shapers = () =>
    processesIn([lanNamespace(lab.name)]).filter(
      ({ command }) => command.includes(program) && command.includes(board.name),
    );
  if (shapers().length === 0) return;
  for (const { pid } of shapers()) signal(pid, "SIGKILL");
  await waitUntil("the link shaper has ended", 5_000, () => shapers().length === 0);
  await inLan(lab, [`link del ${lanEnd(board.name)}`, `link set ${board.name} master ${bridge}`]);
}

async function inLan(lab: LabRecord, lines: readonly string[]): Promise<void> {
  await runCommand(["ip", "-netns", lanNamespace(lab.name), "-batch", "-"], `${lines.join("\n")}\n`);
}
