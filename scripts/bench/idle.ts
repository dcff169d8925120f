/**
 * What an idle fleet of three costs its boards, beside a Swarm of three and beside bare engines.
 *
 * Three labs idle side by side in the same minutes, so that whatever else the machine does falls on all of them. What
 * Swarm costs is what its engines use beyond the bare ones; what Bramble costs is its own process and the same of its
 * engines. The fleet is a voter that leads, a board, and a board on a metered link; the Swarm a manager and two workers.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type Lab, upLab } from "../../test/lab/lab.ts";
import { removeLab } from "../../test/lab/remove-lab.ts";
import type { BenchRun } from "./bench-run.ts";
import { type BoardFigures, readBoard, since } from "./idle-figures.ts";
import { leaves } from "./leftovers.ts";

const systems = ["bramble", "swarm", "engines"] as const;
type System = (typeof systems)[number];
const roles = ["leader", "board", "metered board"] as const;
/** What the start left to do comes to rest within this. */
const restMs = 60_000;
const goals = { residentMb: 128, sentShare: 0.5, meteredShare: 1 / 20, cpuShare: 1 };

type Figures = Readonly<Record<System, readonly BoardFigures[]>>;

export async function idle(bench: BenchRun): Promise<void> {
  const seconds = bench.quick ? 30 : bench.seconds;
  const forgotten = leaves(removeAll);
  try {
    await removeAll();
    const labs = await startAll();
    await pause(bench.quick ? restMs / 4 : restMs);
    const before = readAll(labs);
    await pause(seconds * 1_000);
    const after = readAll(labs);
    const spent = (system: System) => after[system].map((now, at) => since(now, before[system][at]));
    const figures: Figures = { bramble: spent("bramble"), swarm: spent("swarm"), engines: spent("engines") };
    print(figures, seconds);
    bench.keep({ seconds, figures });
  } finally {
    await removeAll();
    forgotten();
  }
}

async function startAll(): Promise<Readonly<Record<System, Lab>>> {
  const up = (system: System, rest: { readonly bramble: boolean }) =>
    upLab({
      name: `idle-${system}`,
      boards: roles.length,
      voters: 1,
      runOptions: { b3: ["--metered"] },
      say: (line) => console.error(`${system}: ${line}`),
      ...rest,
    });
  const bramble = await up("bramble", { bramble: true });
  const swarm = await up("swarm", { bramble: false });
  await formSwarm(swarm);
  return { bramble, swarm, engines: await up("engines", { bramble: false }) };
}

async function formSwarm(lab: Lab): Promise<void> {
  const [manager, ...workers] = lab.record.boards;
  if (manager === undefined) throw new Error("a Swarm has a manager");
  await lab.docker(manager.name, "swarm", "init", "--advertise-addr", manager.address);
  const token = (await lab.docker(manager.name, "swarm", "join-token", "-q", "worker")).trim();
  for (const { name, address } of workers) {
    await lab.docker(name, "swarm", "join", "--token", token, "--advertise-addr", address, `${manager.address}:2377`);
  }
}

async function removeAll(): Promise<void> {
  for (const system of systems) await removeLab(`idle-${system}`);
}

function readAll(labs: Readonly<Record<System, Lab>>): Figures {
  const of = ({ record }: Lab) => record.boards.map(({ name }) => readBoard(record.name, name));
  return { bramble: of(labs.bramble), swarm: of(labs.swarm), engines: of(labs.engines) };
}

function print({ bramble, swarm, engines }: Figures, seconds: number): void {
  console.log(`idle for ${seconds} s, side by side       RSS MB   CPU s   sent B/s   received B/s   written bytes`);
  const row = (name: string, residentMb: number, figures: BoardFigures) => {
    const { cpuSeconds, sentBytes, receivedBytes, writtenBytes } = figures;
    const cells = [
      residentMb.toFixed(0).padStart(8),
      cpuSeconds.toFixed(2).padStart(8),
      (sentBytes / seconds).toFixed(0).padStart(11),
      (receivedBytes / seconds).toFixed(0).padStart(15),
      String(writtenBytes).padStart(16),
    ];
    console.log(`  ${name.padEnd(32)}${cells.join("")}`);
  };
  const beyond = (figures: readonly BoardFigures[]) => figures.map((each, at) => less(each, engines[at]));
  const ours = beyond(bramble).map((figures, at) => ({ ...figures, residentMb: bramble[at]?.processMb ?? 0 }));
  const theirs = beyond(swarm).map((figures) => ({ ...figures, residentMb: figures.engineMb }));
  for (const [at, figures] of ours.entries()) row(`bramble, ${roles[at]}`, figures.residentMb, figures);
  for (const [at, figures] of theirs.entries())
    row(`Swarm, ${at === 0 ? "manager" : "worker"}`, figures.residentMb, figures);
  for (const figures of engines) row("bare engine", figures.engineMb, figures);
  const [leader, board, metered] = ours;
  const [manager, ...workers] = theirs;
  if (leader === undefined || board === undefined || metered === undefined || manager === undefined) return;
  const workerSent = workers.reduce((sum, { sentBytes }) => sum + sentBytes, 0) / workers.length;
  const [ourCpu, theirCpu] = [ours, theirs].map((all) => all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0));
  const written = bramble.reduce((sum, { processWrittenBytes }) => sum + processWrittenBytes, 0);
  console.log(`
leader and agent in one: ${leader.residentMb.toFixed(0)} MB RSS (goal ≤ ${goals.residentMb})
written by bramble on all boards: ${written} bytes (goal 0)
sent by a board: × ${(board.sentBytes / workerSent).toFixed(2)} of a worker (goal ≤ ${goals.sentShare}); on a metered link × ${(metered.sentBytes / workerSent).toFixed(3)} (goal ≤ ${goals.meteredShare}); by the leader × ${(leader.sentBytes / manager.sentBytes).toFixed(2)} of the manager
processor time of all three boards beyond bare engines: × ${((ourCpu ?? 0) / (theirCpu ?? 0)).toFixed(2)} of Swarm's (goal ≤ ${goals.cpuShare})`);
}

/** What a board uses beyond the bare engine that idled at its side. */
function less(figures: BoardFigures, bare: BoardFigures | undefined): BoardFigures {
  if (bare === undefined) throw new Error("each board has a bare engine at its side");
  return {
    ...figures,
    engineMb: figures.engineMb - bare.engineMb,
    cpuSeconds: figures.cpuSeconds - bare.cpuSeconds,
    writtenBytes: figures.writtenBytes - bare.writtenBytes,
  };
}
