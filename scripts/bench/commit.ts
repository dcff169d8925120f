/** Durable commits: three voters of ours and three members of etcd under the same load, taking turns. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BenchRun } from "./bench-run.ts";
import { type ContestantName, contestantNames, contestantsOf } from "./commit-contestants.ts";
import { deviceBytes } from "./device-bytes.ts";
import { EtcdMembers } from "./etcd-members.ts";
import { OurVoters } from "./our-voters.ts";
import { cpuSeconds, residentMb } from "./process-figures.ts";
import { median } from "./statistics.ts";

interface Turn {
  readonly contestant: ContestantName;
  readonly valueBytes: number;
  readonly clients: number;
  readonly opsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The processor's time for one commit, in µs: of the client that runs beside what is measured, and of all members. */
  readonly clientCpuMicros: number;
  readonly membersCpuMicros: number;
}

export async function commit(bench: BenchRun): Promise<void> {
  const { quick } = bench;
  const sizes = quick ? [256] : [256, 2_048];
  const clientCounts = quick ? [1, 64] : [1, 16, 64, 256];
  const timing = { warmUpMs: 500, ms: quick ? 1_500 : 2_000 };
  const rounds = quick ? 1 : 3;
  const turns: Turn[] = [];
  const resident: Record<string, number[]> = {};
  for (const valueBytes of sizes) {
    const place = join(bench.directory, `commit-${valueBytes}`);
    const [oursPlace, etcdPlace] = [join(place, "ours"), join(place, "etcd")];
    for (const each of [oursPlace, etcdPlace]) mkdirSync(each, { recursive: true });
    const ours = await OurVoters.start(oursPlace);
    const etcd = await EtcdMembers.start(etcdPlace).catch(async (error: unknown) => {
      await ours.stop();
      throw error;
    });
    try {
      const contestants = contestantsOf(ours, etcd);
      for (let round = 0; round < rounds; round += 1) {
        for (const clients of clientCounts) {
          for (const contestant of contestantNames) {
            const pids = [...(contestant.startsWith("ours") ? ours : etcd).pids.values()];
            const cpuOf = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
            const [clientBefore, membersBefore] = [cpuSeconds(process.pid), cpuOf()];
            const figures = await contestants[contestant]({ clients, valueBytes, ...timing });
            const { answered, opsPerSecond, p50Ms, p99Ms } = figures;
            const clientCpuMicros = ((cpuSeconds(process.pid) - clientBefore) * 1e6) / answered;
            const membersCpuMicros = ((cpuOf() - membersBefore) * 1e6) / answered;
            turns.push({
              contestant,
              valueBytes,
              clients,
              opsPerSecond,
              p50Ms,
              p99Ms,
              clientCpuMicros,
              membersCpuMicros,
            });
          }
        }
      }
      for (const cluster of [ours, etcd])
        resident[`${cluster.name} ${valueBytes} B`] = [...cluster.pids.values()].map(residentMb);
    } finally {
      await Promise.all([ours.stop(), etcd.stop()]);
    }
    printTurns(turns.filter((turn) => turn.valueBytes === valueBytes));
  }
  console.log("\nRSS of the three members at the end, MB");
  for (const [name, values] of Object.entries(resident))
    console.log(`  ${name.padEnd(12)} ${values.map((mb) => mb.toFixed(0)).join("  ")}`);
  const bytes = await deviceBytes(bench);
  printGoals(turns, bytes.ratio);
  bench.keep({ turns, residentMb: resident, deviceBytes: bytes.cells });
}

function printTurns(turns: readonly Turn[]): void {
  const [{ valueBytes = 0 } = {}] = turns;
  console.log(`\n${valueBytes} B values, medians     clients    ops/s   p50 ms   p99 ms   CPU µs/op: client  members`);
  for (const clients of new Set(turns.map((turn) => turn.clients))) {
    for (const contestant of contestantNames) {
      const of = (field: "opsPerSecond" | "p50Ms" | "p99Ms" | "clientCpuMicros" | "membersCpuMicros") =>
        median(
          turns.filter((turn) => turn.clients === clients && turn.contestant === contestant).map((turn) => turn[field]),
        );
      const cells = [
        of("opsPerSecond").toFixed(0).padStart(9),
        of("p50Ms").toFixed(2).padStart(9),
        of("p99Ms").toFixed(2).padStart(9),
      ];
      const cpu = [of("clientCpuMicros").toFixed(0).padStart(20), of("membersCpuMicros").toFixed(0).padStart(9)];
      console.log(`  ${contestant.padEnd(24)}${String(clients).padStart(7)}${cells.join("")}${cpu.join("")}`);
    }
  }
}

/** Of turns taken one after the other, since the machine's other work changes over time. */
function ratios(
  turns: readonly Turn[],
  clients: number,
  field: "opsPerSecond" | "p50Ms" | "membersCpuMicros",
  [ours, etcd]: readonly [ContestantName, ContestantName],
) {
  const of = (contestant: ContestantName) =>
    turns.filter((turn) => turn.clients === clients && turn.contestant === contestant).map((turn) => turn[field]);
  const theirs = of(etcd);
  return of(ours).map((value, turn) => value / (theirs[turn] ?? Number.NaN));
}

function printGoals(turns: readonly Turn[], bytesRatio: number): void {
  const pairs = [
    ["ours store", "etcd gRPC"],
    ["ours HTTPS", "etcd HTTP"],
  ] as const;
  console.log("");
  for (const pair of pairs) {
    const times = median(ratios(turns, 64, "opsPerSecond", pair)).toFixed(2);
    const p50 = median(ratios(turns, 1, "p50Ms", pair)).toFixed(2);
    console.log(
      `${pair.join(" : ")}  ops/s at 64 clients × ${times} (goal ≥ 3), p50 at 1 client × ${p50} (goal ≤ 0.7)`,
    );
  }
  const cpu = median(ratios(turns, 64, "membersCpuMicros", ["ours store", "etcd gRPC"])).toFixed(2);
  console.log(`processor time of the members for one commit at 64 clients: × ${cpu} of etcd's, ours with its clients`);
  console.log(`bytes on the device per committed byte: × ${bytesRatio.toFixed(3)} of etcd's (goal ≤ 0.25)`);
}
