/** What the processes of a lab's board have used, and what went through its cable. */
import { readFileSync } from "node:fs";
import { bytesToStorage } from "../../test/lab/bramble-process.ts";
import { boardNamespace } from "../../test/lab/lab-names.ts";
import { initOf, type NamespaceProcess, processesIn } from "../../test/lab/namespace-processes.ts";
import { cpuSeconds, residentMb } from "./process-figures.ts";

export interface BoardFigures {
  /** Of bramble and the programs it runs beside itself, 0 without it. */
  readonly processMb: number;
  /** Of the engine with its containerd. */
  readonly engineMb: number;
  /** Of all the board's processes. */
  readonly cpuSeconds: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** To storage, by all the board's processes. */
  readonly writtenBytes: number;
  /** The same by bramble alone. */
  readonly processWrittenBytes: number;
}

export function readBoard(lab: string, board: string): BoardFigures {
  const namespace = boardNamespace(lab, board);
  const all = processesIn([namespace]);
  const bramble = all.filter(({ command }) => command.some((word) => word.endsWith("dist/bramble.mjs")));
  const tunnels = all.filter((process) => isProgram(process, "wireguard-go"));
  const engine = all.filter((process) => isProgram(process, "dockerd") || isProgram(process, "containerd"));
  const sum = (processes: readonly NamespaceProcess[], of: (pid: number) => number) =>
    processes.reduce((total, { pid }) => total + of(pid), 0);
  const [receivedBytes = 0, sentBytes = 0] = cableBytes(namespace);
  return {
    processMb: sum(bramble, residentMb),
    engineMb: sum(engine, residentMb),
    cpuSeconds: sum([...bramble, ...tunnels, ...engine], cpuSeconds),
    sentBytes,
    receivedBytes,
    writtenBytes: sum([...bramble, ...tunnels, ...engine], bytesToStorage),
    processWrittenBytes: sum(bramble, bytesToStorage),
  };
}

/** What was used between two looks; memory as it is at the later one. */
export function since(now: BoardFigures, before: BoardFigures | undefined): BoardFigures {
  if (before === undefined) throw new Error("what was used since is known from two looks");
  return {
    processMb: now.processMb,
    engineMb: now.engineMb,
    cpuSeconds: now.cpuSeconds - before.cpuSeconds,
    sentBytes: now.sentBytes - before.sentBytes,
    receivedBytes: now.receivedBytes - before.receivedBytes,
    writtenBytes: now.writtenBytes - before.writtenBytes,
    processWrittenBytes: now.processWrittenBytes - before.processWrittenBytes,
  };
}

function isProgram({ command }: NamespaceProcess, name: string): boolean {
  const [program = ""] = command;
  return program === name || program.endsWith(`/${name}`);
}

/** Received and sent through `eth0`, as the board's own kernel counts them. */
function cableBytes(namespace: string): readonly number[] {
  const init = initOf(namespace);
  const line = /^\s*eth0:\s*(.*)$/m.exec(readFileSync(`/proc/${init}/net/dev`, "utf8"))?.[1] ?? "";
  const fields = line.split(/\s+/).map(Number);
  return [fields[0] ?? Number.NaN, fields[8] ?? Number.NaN];
}
