import { readFileSync } from "node:fs";
import { boardNamespace } from "./lab-names.ts";
import { processesIn } from "./namespace-processes.ts";

/** The bramble process of a board, by its number on the machine. Throws where it does not run. */
export function brambleProcess(lab: string, board: string): number {
  const found = processesIn([boardNamespace(lab, board)]).find(
    ({ command }) => command[0]?.endsWith("/node") && command.some((word) => word.endsWith("dist/bramble.mjs")),
  );
  if (found === undefined) throw new Error(`bramble does not run on ${board}`);
  return found.pid;
}

/** Bytes that a process has sent to storage, `write_bytes` of proc(5). */
export function bytesToStorage(pid: number): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
}
