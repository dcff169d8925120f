import { describe, expect, it } from "vitest";
import { DiskFullError } from "./disk-full.ts";
import { type TrioVoter, VoterTrio } from "./testing/voter-trio.ts";

const room = Number.POSITIVE_INFINITY;
const tuning = { log: { segmentBytes: 4_096 }, diskReserveBytes: 16_384, checkpointEntries: 50, retainedEntries: 10 };

const leaderOf = (trio: VoterTrio) => trio.voters.find(({ store }) => store?.leadership.role === "leader");

async function startTrio(): Promise<{ trio: VoterTrio; leader: TrioVoter }> {
  const trio = new VoterTrio(tuning);
  await trio.startAll();
  const leader = leaderOf(trio);
  if (leader === undefined) throw new Error("a trio has a leader");
  return { trio, leader };
}

describe("fault 29: a disk that is full", () => {
  it("of the leader: a voter with room leads, and the leader of before follows once it has room", async () => {
    const { trio, leader } = await startTrio();
    const other = trio.voters.find((voter) => voter !== leader);
    if (other === undefined) throw new Error("three voters");
    leader.disk.freeBytesLeft = 0;
    await trio.write(other, 1);
    await trio.until(() => leaderOf(trio) !== undefined && leaderOf(trio) !== leader);
    // More than the segment of the full disk can hold.
    await trio.write(other, 60);
    expect(leader.store?.metrics.appliedIndex).toBeLessThan(other.store?.metrics.appliedIndex ?? 0);
    expect(leader.failures).toEqual([]);
    leader.disk.freeBytesLeft = room;
    await trio.until(() => leader.store?.metrics.appliedIndex === other.store?.metrics.appliedIndex);
    await trio.write(leader, 1);
  });

  it("of every voter: writes are refused with what to do, reads go on, and all mends by itself", async () => {
    const { trio, leader } = await startTrio();
    await trio.write(leader, 5);
    for (const { disk } of trio.voters) disk.freeBytesLeft = 0;
    const write = () => trio.write(leaderOf(trio) ?? leader, 1);
    await trio.pass(30_000);
    await expect(write()).rejects.toThrow(DiskFullError);
    await expect(write()).rejects.toThrow(/full: free some room/);
    let isRead = false;
    void leader.store?.readBarrier().then(() => {
      isRead = true;
    });
    await trio.until(() => isRead);
    expect(await leader.store?.reader.get("/registry/4")).toMatchObject({ value: "4" });
    const terms = trio.voters.map(({ store }) => store?.metrics.term);
    await trio.pass(30_000);
    expect(trio.voters.map(({ store }) => store?.metrics.term)).toEqual(terms);
    expect(trio.voters.flatMap(({ failures }) => failures)).toEqual([]);
    for (const { disk } of trio.voters) disk.freeBytesLeft = room;
    await trio.pass(5_000);
    await trio.write(leader, 5);
  });
});
