import { describe, expect, it } from "vitest";
import type { DiskWrite } from "./testing/memory-disk.ts";
import { VoterTrio } from "./testing/voter-trio.ts";

const arrivals: Record<string, (file: Buffer, write: DiskWrite) => void> = {
  nothing: () => {},
  everything: (file, { at, bytes }) => file.set(bytes, at),
};

describe.each(Object.keys(arrivals))("fault 28: a write that fails when %s of it has arrived", (arrived) => {
  it.each([1, 2, 5])("ends the leader, unacknowledged; the fleet keeps what it acknowledged: write %i", async (nth) => {
    const trio = new VoterTrio({ diskReserveBytes: 0 });
    await trio.startAll();
    const leader = trio.voters.find(({ store }) => store?.leadership.role === "leader");
    const other = trio.voters.find((voter) => voter !== leader);
    if (leader === undefined || other === undefined) throw new Error("three voters, one of which leads");
    await trio.write(leader, nth);
    leader.disk.interruptNext = arrivals[arrived];
    const acknowledged = leader.store?.reader.revision;
    await expect(trio.write(leader, 1)).rejects.toThrow();
    expect(leader.failures).toHaveLength(1);
    expect(leader.store?.reader.revision).toBe(acknowledged);
    await expect(trio.write(leader, 1)).rejects.toThrow("this voter is stopping");
    await trio.until(() => VoterTrio.hasLeader(trio.voters));
    await trio.write(other, 3);
    await trio.stop(leader);
    await trio.start(leader);
    await trio.until(() => leader.store?.reader.revision === other.store?.reader.revision);
    expect(other.store?.reader.revision).toBeGreaterThanOrEqual((acknowledged ?? 0) + 3);
  });
});
