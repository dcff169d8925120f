/** Whole voters under the faults of their links (checklist of faults, 38 to 42). */
import { connectAsync } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../../lib/testing/eventually.ts";
import type { Member } from "../../replication/ports.ts";
import { voterClientId } from "./access.ts";
import { Door } from "./testing/door.ts";
import { EmbeddedRig, SharedRig } from "./testing/links-rigs.ts";
import { type FleetVoter, ReplicatedFleet } from "./testing/replicated-fleet.ts";
import { address } from "./testing/test-fleet.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Each voter with its own broker, behind a door. */
async function startEmbedded() {
  const rig = await EmbeddedRig.open();
  closers.push(() => rig.close());
  const doors = new Map<string, Door>();
  const fleet = await ReplicatedFleet.start(rig, async (member: Member) => {
    const door = await Door.open(Number(member.address.split(":")[1]));
    closers.push(() => door.close());
    doors.set(member.id, door);
    return { ...member, address: `${address}:${door.port}` };
  });
  closers.push(() => fleet.close());
  const doorOf = ({ links }: FleetVoter) => {
    const door = doors.get(links.voter.id);
    if (door === undefined) throw new Error("every voter has a door");
    return door;
  };
  return { fleet, doorOf };
}

/** The slowest of `count` commits, one after the other. */
async function slowestMs(fleet: ReplicatedFleet, voter: FleetVoter, name: string, count: number): Promise<number> {
  let slowest = 0;
  for (let n = 0; n < count; n += 1) {
    const startMs = performance.now();
    await fleet.write(voter, `${name}-${n}`);
    slowest = Math.max(slowest, performance.now() - startMs);
  }
  return slowest;
}

describe("voters with brokers of their own", () => {
  it("elect another leader when the leader's broker is killed, and lose nothing", async () => {
    const { fleet, doorOf } = await startEmbedded();
    const first = await fleet.leader();
    const before = Array.from({ length: 20 }, (_, n) => `before-${n}`);
    await Promise.all(before.map((key) => fleet.write(first, key)));
    doorOf(first).shut();
    const second = await eventually(
      "another leads",
      () => fleet.voters.find((voter) => voter !== first && voter.store.leadership.role === "leader"),
      15_000,
    );
    await fleet.write(second, "meanwhile");
    doorOf(first).reopen();
    await fleet.holds([...before, "meanwhile"]);
  });

  it("commit as fast as ever while one of them reads nothing", async () => {
    const { fleet, doorOf } = await startEmbedded();
    const leader = await fleet.leader();
    const frozen = fleet.voters.find((voter) => voter !== leader);
    if (frozen === undefined) throw new Error("there are three");
    await slowestMs(fleet, leader, "warm", 100);
    const term = leader.store.metrics.term;
    doorOf(frozen).freeze();
    const large = "x".repeat(512 * 1024);
    // More than the sockets take in, so that the leader's side is full before it is measured.
    for (let n = 0; n < 12; n += 1) {
      const mutations = [{ type: "put" as const, key: `/registry/large-${n}`, value: large }];
      await leader.store.transact({ compares: [], mutations });
    }
    // An election takes a second at least, a drain timeout four.
    expect(await slowestMs(fleet, leader, "frozen", 100)).toBeLessThan(1_000);
    expect([leader.store.leadership.role, leader.store.metrics.term]).toEqual(["leader", term]);
    doorOf(frozen).thaw();
    await fleet.holds(["frozen-99"]);
  });

  it("keep their leader while somebody takes over a voter's connection again and again", async () => {
    const { fleet, doorOf } = await startEmbedded();
    const leader = await fleet.leader();
    await fleet.write(leader, "before");
    await fleet.holds(["before"]);
    const { term } = leader.store.metrics;
    const follower = fleet.voters.find((voter) => voter !== leader);
    if (follower === undefined) throw new Error("there are three");
    const { caPem: ca, certificatePem: cert, keyPem: key } = follower.links.voter.credentials;
    for (let round = 0; round < 8; round += 1) {
      const twin = await connectAsync({
        protocol: "mqtts",
        host: address,
        port: doorOf(leader).port,
        ca,
        cert,
        key,
        clientId: voterClientId(follower.links.voter.id),
        protocolVersion: 4,
        keepalive: 4,
        reconnectPeriod: 0,
      });
      await fleet.write(leader, `round-${round}`);
      twin.end(true);
    }
    await fleet.holds(["round-7"]);
    expect([leader.store.leadership.role, leader.store.metrics.term]).toEqual(["leader", term]);
  });

  it("take nothing for news that was said before, in this term or an older one", async () => {
    const { fleet, doorOf } = await startEmbedded();
    const first = await fleet.leader();
    const keys = Array.from({ length: 10 }, (_, n) => `key-${n}`);
    for (const key of keys) await fleet.write(first, key);
    doorOf(first).shut();
    const second = await eventually(
      "another leads",
      () => fleet.voters.find((voter) => voter !== first && voter.store.leadership.role === "leader"),
      15_000,
    );
    doorOf(first).reopen();
    await fleet.write(second, "after");
    await fleet.holds([...keys, "after"]);
    const { term } = second.store.metrics;
    for (const voter of fleet.voters) {
      expect(voter.heard.length).toBeGreaterThan(0);
      voter.redeliver();
    }
    await fleet.write(second, "last");
    await fleet.holds([...keys, "after", "last"]);
    expect([second.store.leadership.role, second.store.metrics.term]).toEqual(["leader", term]);
  });
});

describe("voters at one Mosquitto", () => {
  it("refuse writes while it is down, and go on where they were when it is back", async () => {
    const rig = await SharedRig.open();
    closers.push(() => rig.close());
    const fleet = await ReplicatedFleet.start(rig);
    closers.push(() => fleet.close());
    const leader = await fleet.leader();
    for (const voter of fleet.voters) await fleet.write(voter, `before-${voter.links.voter.node}`);
    await rig.mosquitto.kill();
    await eventually("nobody leads", () => leader.store.leadership.role === "follower");
    const txn = { compares: [], mutations: [{ type: "put" as const, key: "/registry/down", value: "" }] };
    await expect(leader.store.transact(txn, AbortSignal.timeout(1_000))).rejects.toThrow();
    expect(await leader.store.reader.get("/registry/before-b1")).toBeDefined();
    await rig.mosquitto.restart();
    await fleet.leader();
    for (const voter of fleet.voters) await fleet.write(voter, `after-${voter.links.voter.node}`);
    await fleet.holds(["before-b1", "before-b2", "before-b3", "after-b1", "after-b2", "after-b3"]);
  });
});
