import { describe, expect, it } from "vitest";
import { Fleet } from "./fleet.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";

const key = "/registry/simulation/register";
const patienceMs = 10_000;

async function finished<T>(fleet: Fleet, action: Promise<T> | undefined): Promise<T> {
  let result: { readonly value: T } | undefined;
  if (action === undefined) throw new Error("the voter is not up");
  fleet.run(
    action.then((value) => {
      result = { value };
    }),
  );
  await fleet.runUntil(() => result !== undefined, patienceMs);
  if (result === undefined) throw new Error("it did not end");
  return result.value;
}

const write = (fleet: Fleet, voter: SimulatedVoter, value: string) =>
  finished(fleet, voter.store?.transact({ compares: [], mutations: [{ type: "put", key, value }] }));

async function handOver(fleet: Fleet, from: SimulatedVoter, to: SimulatedVoter): Promise<void> {
  await finished(fleet, from.store?.transferLeadership(to.id));
  const isLeader = () => fleet.leader() === to && to.store?.leadership.role === "leader";
  expect(await fleet.runUntil(isLeader, patienceMs)).toBe(true);
}

/** A fleet of three with a leader, and two that follow it. */
async function startFleet(seed: number) {
  const fleet = new Fleet(seed, 3);
  expect(await fleet.runUntil(() => fleet.leader() !== undefined, patienceMs)).toBe(true);
  const leader = fleet.leader();
  const [successor, asker] = fleet.voters.filter((voter) => voter !== leader);
  if (leader === undefined || successor === undefined || asker === undefined) throw new Error("three founders");
  return { fleet, leader, successor, asker };
}

async function expectNothingComesBack(fleet: Fleet, leader: SimulatedVoter): Promise<void> {
  const last = await write(fleet, leader, "new");
  // All copies have come by then.
  await fleet.runFor(patienceMs);
  expect(last).toEqual({ kind: "committed", revision: 21 });
  expect((await leader.store?.reader.get(key))?.value).toBe("new");
  expect(leader.store?.reader.revision).toBe(21);
}

describe("copies of proposals that come when their leader leads again, in a later term", () => {
  it.each([1, 2, 3])("bring no old value back (seed %i)", async (seed) => {
    const { fleet, leader, successor, asker } = await startFleet(seed);
    fleet.network.stragglerShare = 1;
    for (let count = 1; count <= 20; count += 1) await write(fleet, asker, `old ${count}`);
    fleet.network.stragglerShare = 0;
    await handOver(fleet, leader, successor);
    await handOver(fleet, successor, leader);
    await expectNothingComesBack(fleet, leader);
  });

  it.each([1, 2, 3])("nor make a write twice that was proposed anew meanwhile (seed %i)", async (seed) => {
    const { fleet, leader, successor, asker } = await startFleet(seed);
    fleet.network.stragglerShare = 1;
    fleet.network.cut(asker.id, leader.id);
    const writes = Array.from({ length: 20 }, (_, count) =>
      asker.store?.transact({ compares: [], mutations: [{ type: "put", key, value: `old ${count}` }] }),
    );
    await fleet.runFor(50);
    fleet.network.stragglerShare = 0;
    await handOver(fleet, leader, successor);
    await finished(fleet, Promise.all(writes));
    await handOver(fleet, successor, leader);
    await expectNothingComesBack(fleet, leader);
  });
});
