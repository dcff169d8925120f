import { describe, expect, it } from "vitest";
import { OperationalError, UsageError } from "../lib/errors.ts";
import type { Txn } from "../store/types.ts";
import { NoLeaderError, type VoterId } from "./ports.ts";
import { type TrioVoter, VoterTrio } from "./testing/voter-trio.ts";

const put = (key: string): Txn => ({ compares: [], mutations: [{ type: "put", key: `/registry/${key}`, value: "1" }] });

async function openTrio() {
  const trio = new VoterTrio({});
  for (const voter of trio.voters) await trio.start(voter);
  const leaderOf = () => trio.voters.find(({ store }) => store?.leadership.role === "leader");
  await trio.until(() => leaderOf() !== undefined);
  const leader = leaderOf();
  const others = trio.voters.filter((voter) => voter !== leader);
  return { trio, leader: storeOf(leader), others, leaderOf };
}

function storeOf(voter: TrioVoter | undefined) {
  if (voter?.store === undefined) throw new Error("the voter is down");
  return voter.store;
}

/** What became of it, once it did. */
async function outcome(trio: VoterTrio, promise: Promise<unknown>): Promise<unknown> {
  let settled: { readonly value: unknown } | undefined;
  promise.then(
    (value) => {
      settled = { value };
    },
    (error: unknown) => {
      settled = { value: error };
    },
  );
  await trio.until(() => settled !== undefined);
  return settled?.value;
}

describe("handing leadership over", () => {
  it("resolves once the other voter leads, and every write that was under way happens", async () => {
    const { trio, leader, others, leaderOf } = await openTrio();
    const [successor, third] = others;
    const writes = Promise.all([leader.transact(put("a")), storeOf(successor).transact(put("b"))]);
    const done = leader.transferLeadership(storeOf(successor).raft.id as VoterId);
    const late = Promise.all([leader.transact(put("c")), storeOf(third).transact(put("d"))]);
    expect(await outcome(trio, done)).toBeUndefined();
    await trio.until(() => leaderOf() === successor);
    expect(await outcome(trio, writes)).toMatchObject([{ kind: "committed" }, { kind: "committed" }]);
    expect(await outcome(trio, late)).toMatchObject([{ kind: "committed" }, { kind: "committed" }]);
    for (const voter of trio.voters) await trio.stop(voter);
  });

  it("is given up when the other is down, and the leader goes on", async () => {
    const { trio, leader, others } = await openTrio();
    const [dead] = others;
    const id = storeOf(dead).raft.id as VoterId;
    if (dead !== undefined) await trio.stop(dead);
    const write = leader.transact(put("before"));
    expect(await outcome(trio, write)).toMatchObject({ kind: "committed" });
    expect(await outcome(trio, leader.transferLeadership(id))).toBeInstanceOf(OperationalError);
    expect(await outcome(trio, leader.transact(put("after")))).toMatchObject({ kind: "committed" });
    for (const voter of trio.voters) await trio.stop(voter);
  });

  it("is refused where it cannot be", async () => {
    const { trio, leader, others } = await openTrio();
    const follower = storeOf(others[0]);
    await expect(follower.transferLeadership(leader.raft.id as VoterId)).rejects.toThrow(NoLeaderError);
    await expect(leader.transferLeadership("b9.0000000f" as VoterId)).rejects.toThrow(UsageError);
    await expect(leader.transferLeadership(leader.raft.id as VoterId)).resolves.toBeUndefined();
    for (const voter of trio.voters) await trio.stop(voter);
  });
});
