import { describe, expect, it } from "vitest";
import { Fleet } from "./fleet.ts";
import type { SimulatedVoter } from "./simulated-voter.ts";

/** Long enough for an election, a snapshot and a promotion. */
const patienceMs = 30_000;

async function until(fleet: Fleet, condition: () => boolean): Promise<void> {
  expect(await fleet.runUntil(condition, patienceMs)).toBe(true);
}

const voterNames = (fleet: Fleet) =>
  (fleet.leader()?.store?.members ?? []).filter(({ role }) => role === "voter").map(({ node }) => node);

async function add(fleet: Fleet): Promise<void> {
  const { member } = fleet.enlistNewcomer();
  fleet.run(fleet.leader()?.store?.addMember(member) ?? Promise.reject(new Error("no leader")));
  await until(fleet, () => voterNames(fleet).includes(member.node));
}

async function remove(fleet: Fleet, voter: SimulatedVoter): Promise<void> {
  fleet.run(fleet.leader()?.store?.removeMember(voter.id) ?? Promise.reject(new Error("no leader")));
  await until(fleet, () => fleet.leader() !== undefined && !voterNames(fleet).includes(voter.member.node));
  fleet.dismiss(voter);
  await until(fleet, () => fleet.leader() !== undefined);
}

describe("a voter that was away while everybody else was replaced", () => {
  it("answers a leader it has never heard of, and catches up", async () => {
    const fleet = new Fleet(1, 3);
    await until(fleet, () => fleet.leader() !== undefined);
    const [first, second, away] = fleet.voters;
    if (first === undefined || second === undefined || away === undefined) throw new Error("three founders");
    await until(fleet, () => (away.store?.raft.appliedIndex ?? 0) > 0);
    away.crash();
    await add(fleet);
    await add(fleet);
    await remove(fleet, first);
    await remove(fleet, second);
    expect(voterNames(fleet)).toEqual(["b3", "b4", "b5"]);
    away.start();
    const isUpToDate = () => away.store?.raft.appliedIndex === fleet.leader()?.store?.raft.appliedIndex;
    await until(fleet, () => away.store !== undefined && isUpToDate());
    expect(away.store?.members.map(({ node }) => node)).toEqual(["b3", "b4", "b5"]);
  });
});
