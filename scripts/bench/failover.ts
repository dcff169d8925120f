/** From the loss of the leader to the first committed write: ours and etcd's, at their default timeouts, in turns. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchRun } from "./bench-run.ts";
import type { Cluster } from "./cluster.ts";
import { EtcdMembers } from "./etcd-members.ts";
import { OurVoters } from "./our-voters.ts";
import { median } from "./statistics.ts";

/** `paused` keeps the leader's connections open and silent, as one whose link is cut. */
const losses = { killed: "SIGKILL", paused: "SIGSTOP" } as const;
type Loss = keyof typeof losses;

/** A client that does not know better asks each survivor anew so often, and leaves earlier requests open. */
const attemptEveryMs = 50;
const deadlineMs = 60_000;
/** Connections and followers come to rest before the leader is lost again. */
const restMs = 3_000;

interface Round {
  readonly loss: Loss;
  readonly system: string;
  readonly ms: number;
}

export async function failover(bench: BenchRun): Promise<void> {
  const rounds = bench.quick ? 2 : 10;
  const results: Round[] = [];
  const places = ["ours", "etcd"].map((name) => join(bench.directory, `failover-${name}`));
  for (const place of places) mkdirSync(place);
  const ours = await OurVoters.start(places[0] ?? "");
  const etcd = await EtcdMembers.start(places[1] ?? "").catch(async (error: unknown) => {
    await ours.stop();
    throw error;
  });
  try {
    console.log("loss     round   ours ms   etcd ms   ratio");
    for (const loss of ["killed", "paused"] as const) {
      for (let round = 0; round < rounds; round += 1) {
        const [our, their] = [await loseLeader(ours, loss), await loseLeader(etcd, loss)];
        results.push({ loss, system: "ours", ms: our }, { loss, system: "etcd", ms: their });
        const cells = [
          our.toFixed(0).padStart(10),
          their.toFixed(0).padStart(10),
          (our / their).toFixed(2).padStart(8),
        ];
        console.log(`${loss.padEnd(9)}${String(round + 1).padStart(5)}${cells.join("")}`);
      }
    }
  } finally {
    await Promise.all([ours.stop(), etcd.stop()]);
  }
  console.log("");
  for (const loss of ["killed", "paused"] as const) {
    const of = (system: string) =>
      median(results.filter((each) => each.loss === loss && each.system === system).map(({ ms }) => ms));
    const [our, their] = [of("ours"), of("etcd")];
    console.log(
      `leader ${loss}: first committed write after ${our.toFixed(0)} ms, etcd ${their.toFixed(0)} ms, medians of ${rounds}: × ${(our / their).toFixed(2)} (goal ≤ 1)`,
    );
  }
  bench.keep({ results });
}

/** How long no write was committed, in ms. The fleet is whole again when it resolves. */
async function loseLeader(cluster: Cluster, loss: Loss): Promise<number> {
  const leader = await cluster.leader();
  const survivors = [...cluster.pids.keys()].filter((place) => place !== leader);
  for (const place of survivors) await cluster.write(place);
  const lostAt = performance.now();
  cluster.signal(leader, losses[loss]);
  await firstWrite(cluster, survivors);
  const ms = performance.now() - lostAt;
  if (loss === "killed") await cluster.restart(leader);
  else cluster.signal(leader, "SIGCONT");
  await untilWritten(cluster, leader);
  await pause(restMs);
  return ms;
}

async function firstWrite(cluster: Cluster, survivors: readonly number[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<true>();
  const until = performance.now() + deadlineMs;
  while (performance.now() < until) {
    for (const place of survivors) {
      // Most fail, as they must: the first that does not is what is waited for.
      cluster.write(place).then(
        () => resolve(true),
        () => {},
      );
    }
    if ((await Promise.race([promise, pause(attemptEveryMs)])) === true) return;
  }
  throw new Error(`${cluster.name} committed no write within ${deadlineMs / 1_000} s after its leader was lost`);
}

async function untilWritten(cluster: Cluster, place: number): Promise<void> {
  const until = performance.now() + deadlineMs;
  for (;;) {
    try {
      await cluster.write(place);
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await pause(attemptEveryMs);
    }
  }
}
