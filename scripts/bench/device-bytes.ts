/** What reaches the device for each committed byte, journal and last checkpoint included, by the device's own count. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BenchRun } from "./bench-run.ts";
import { etcdGrpc, ourStore } from "./commit-contestants.ts";
import { EtcdMembers } from "./etcd-members.ts";
import { makeLoopDisk } from "./loop-disk.ts";
import { OurVoters } from "./our-voters.ts";
import { median } from "./statistics.ts";

interface Cell {
  readonly system: "ours" | "etcd";
  readonly valueBytes: number;
  readonly clients: number;
  readonly operations: number;
  /** By all three members. */
  readonly bytesWritten: number;
  /** Of one member. */
  readonly perCommittedByte: number;
}

/** `ratio` is the median over all cells. Each system has a loop device with ext4 of its own. Needs root. */
export async function deviceBytes(
  bench: BenchRun,
): Promise<{ readonly cells: readonly Cell[]; readonly ratio: number }> {
  const sizes = bench.quick ? [256] : [256, 2_048];
  const clientCounts = bench.quick ? [64] : [1, 16, 64];
  // A voter's log fills new segments with zeros until it has old ones to write over, and checkpoints are rare.
  const ms = bench.quick ? 5_000 : 20_000;
  const cells: Cell[] = [];
  const ratios: number[] = [];
  console.log("\nbytes on a loop device per committed byte and member");
  for (const valueBytes of sizes) {
    for (const clients of clientCounts) {
      const load = { clients, valueBytes, warmUpMs: 0, ms };
      const ours = await measure(bench, "ours", async (directory) => {
        const cluster = await OurVoters.start(directory);
        return { cluster, run: () => ourStore(cluster, load) };
      });
      const etcd = await measure(bench, "etcd", async (directory) => {
        const cluster = await EtcdMembers.start(directory);
        return { cluster, run: () => etcdGrpc(cluster, load) };
      });
      const [our, their] = [ours, etcd].map(
        ({ operations, bytesWritten }) => bytesWritten / 3 / (operations * valueBytes),
      );
      if (our === undefined || their === undefined) throw new Error("two systems were measured");
      cells.push({ system: "ours", valueBytes, clients, ...ours, perCommittedByte: our });
      cells.push({ system: "etcd", valueBytes, clients, ...etcd, perCommittedByte: their });
      ratios.push(our / their);
      console.log(
        `  ${valueBytes} B, ${clients} clients: ours ${our.toFixed(1)}, etcd ${their.toFixed(1)}, × ${(our / their).toFixed(3)}`,
      );
    }
  }
  return { cells, ratio: median(ratios) };
}

interface Started {
  readonly cluster: OurVoters | EtcdMembers;
  run(): Promise<{ readonly answered: number }>;
}

async function measure({ directory }: BenchRun, system: string, start: (directory: string) => Promise<Started>) {
  const disk = await makeLoopDisk(directory, `device-${system}`);
  try {
    const place = join(disk.directory, system);
    mkdirSync(place);
    const { cluster, run } = await start(place);
    try {
      const before = await disk.bytesWritten();
      const { answered: operations } = await run();
      await cluster.stop();
      return { operations, bytesWritten: (await disk.bytesWritten()) - before };
    } finally {
      await cluster.stop();
    }
  } finally {
    await disk.remove();
  }
}
