/** One seed: a fleet is harmed while clients work, then healed, and must become whole again. */
import { assert } from "../../src/lib/assert.ts";
import { harm, heal } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";
import type { Sightings } from "./sometimes.ts";

export interface SimulationOptions {
  readonly harmMs: number;
  readonly clientCount: number;
}

const defaultOptions: SimulationOptions = { harmMs: 15_000, clientCount: 3 };

export interface SimulationReport {
  readonly seed: number;
  readonly virtualMs: number;
  readonly committedCount: number;
  readonly acknowledgedCount: number;
  readonly sightings: Sightings;
}

/** Throws at the first violation, naming the seed and how to see it again. */
export async function simulate(seed: number, options: Partial<SimulationOptions> = {}): Promise<SimulationReport> {
  const { harmMs, clientCount } = { ...defaultOptions, ...options };
  const fleet = new Fleet(seed, [1, 3, 3, 3, 5][seed % 5] ?? 3);
  try {
    const clients = Array.from({ length: clientCount }, (_, n) => fleet.workload.runClient(`c${n}`));
    const ended = Promise.all(clients);
    fleet.run(ended);
    for (const watcher of fleet.watchers) fleet.run(watcher.follow());
    await fleet.runFor(3_000);
    fleet.run(harm(fleet, harmMs));
    await fleet.runFor(harmMs + 2_500);
    heal(fleet);
    await becomeWhole(fleet, ended);
  } catch (error) {
    const replay = `replay it with: npx tsx scripts/simulate.ts --from ${seed} --seeds 1`;
    throw new Error(`seed ${seed} failed at ${fleet.time.nowMs.toFixed(1)} ms; ${replay}`, { cause: error });
  }
  noteCounts(fleet);
  const { workload, checkers, sightings, time } = fleet;
  return {
    seed,
    virtualMs: time.nowMs,
    committedCount: checkers.history.count,
    acknowledgedCount: workload.acknowledgedCount,
    sightings,
  };
}

async function becomeWhole(fleet: Fleet, clients: Promise<unknown>): Promise<void> {
  // Voters that somebody dismisses in this phase stay away; the others come to agree.
  const acknowledgedBefore = fleet.workload.acknowledgedCount;
  const isServing = () => fleet.workload.acknowledgedCount > acknowledgedBefore + 5;
  assert(await fleet.runUntil(isServing, 30_000), "a healed fleet serves again");
  fleet.workload.isOver = true;
  let haveClientsEnded = false;
  const end = clients.then(() => {
    haveClientsEnded = true;
  });
  fleet.run(end);
  assert(await fleet.runUntil(() => haveClientsEnded, 30_000), "every call ends");
  // Requests for changes of members expire within the time of a call; promotions follow by themselves.
  await fleet.runFor(10_000);
  assert(await fleet.runUntil(() => areEqual(fleet.members()), 30_000), "the voters of a healed fleet become equal");
  fleet.checkers.checkPairs(fleet.voters);
  const revision = fleet.leader()?.store?.reader.revision;
  const haveHeard = () => fleet.watchers.every((watcher) => watcher.reached === revision);
  assert(await fleet.runUntil(haveHeard, 30_000), "a watch hears of everything in the end");
  fleet.workload.verifyOrder();
  const contents: string[] = [];
  const verified = Promise.all(
    fleet.members().map(async (voter) => {
      if (voter.store === undefined) return;
      const { reader } = voter.store;
      await fleet.workload.verify(reader);
      const whole = await reader.range({ prefix: "/" });
      for (const watcher of fleet.watchers) watcher.verify(reader, whole.items);
      contents.push(JSON.stringify(whole));
    }),
  ).then(() => {
    isVerified = true;
  });
  let isVerified = false;
  fleet.run(verified);
  assert(await fleet.runUntil(() => isVerified, 1_000), "reading needs no time");
  assert(new Set(contents).size === 1, "replicas are equal in the end");
}

function areEqual(voters: readonly SimulatedVoter[]): boolean {
  const states = voters.map(
    (voter) => voter.store && `${voter.store.raft.appliedIndex} ${voter.store.raft.commitIndex}`,
  );
  const leaders = voters.filter((voter) => voter.store?.leadership.role === "leader");
  return leaders.length === 1 && new Set(states).size === 1 && states[0] !== undefined;
}

function noteCounts(fleet: Fleet): void {
  fleet.sightings.sometimes("configurations were committed", fleet.checkers.history.configurationCount);
  fleet.sightings.sometimes("states were compared", fleet.checkers.history.digestCount);
  for (const voter of fleet.voters) {
    const metrics = voter.store?.metrics;
    if (metrics === undefined) continue;
    fleet.sightings.sometimes("a checkpoint was made", metrics.checkpoints);
    fleet.sightings.sometimes("a segment was written over", voter.segmentsReused);
    fleet.sightings.sometimes("a snapshot was sent", metrics.snapshotsSent);
    fleet.sightings.sometimes("a snapshot was installed", metrics.snapshotsInstalled);
  }
}
