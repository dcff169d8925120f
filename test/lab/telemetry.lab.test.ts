/** What a tool hears of a fleet with a granted token, and when a board's power is cut. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeMeshSchema, nodeMetricsSchema, nodeStatusSchema } from "../../src/api/telemetry/node-telemetry.ts";
import { type Lab, upLab } from "./lab.ts";
import { brambleProgram, runOn } from "./lab-board.ts";
import { boardPaths } from "./lab-names.ts";
import { boardNamed } from "./lab-record.ts";
import { MosquittoSub, publish, refusalOf, type SubscriberOptions } from "./mosquitto-sub.ts";
import { removeLab } from "./remove-lab.ts";
import { waitUntil } from "./wait-until.ts";

const name = "test-telemetry";
const root = `bramble/${name}/telemetry/v1`;
let lab: Lab;
let options: SubscriberOptions;
let sub: MosquittoSub;

beforeAll(async () => {
  await removeLab(name);
  lab = await upLab({ name, boards: 3, voters: 1, bramble: true, say: () => {} });
  const voter = boardNamed(lab.record, "b1");
  const dataDir = boardPaths(name, "b1").bramble;
  const bramble = (...words: string[]) => runOn(lab.record, voter)([brambleProgram, ...words, "--data-dir", dataDir]);
  const [token = ""] = (await bramble("telemetry", "grant", "display")).split("\n");
  const caFile = join(dataDir, "pki", "ca.crt");
  options = { host: voter.address, caFile, user: "display", token, filter: `${root}/#` };
  sub = new MosquittoSub(options);
});
afterAll(async () => {
  await sub?.close();
  await removeLab(name);
});

describe("a granted token", () => {
  it("hears status, metrics and the mesh of every board", async () => {
    const said = (topic: string) => JSON.parse(sub.latest(`${root}/${topic}`)?.payload ?? "{}");
    await waitUntil("every board was heard of", 40_000, async () =>
      ["b1", "b2", "b3"].every((node) =>
        ["availability", "status", "metrics", "mesh"].every((what) => sub.latest(`${root}/nodes/${node}/${what}`)),
      ),
    );
    const peers = async () => said("nodes/b2/mesh").peers.length === 2;
    await waitUntil("b2 knows its peers", 45_000, peers);
    expect(sub.latest(`${root}/nodes/b2/availability`)?.payload).toBe("online");
    expect(nodeStatusSchema.parse(said("nodes/b2/status"))).toMatchObject({ ready: true, voter: false });
    const { memory, disk, link } = nodeMetricsSchema.parse(said("nodes/b2/metrics"));
    expect(Math.min(memory.usedBytes, disk.usedBytes, link.sentBytes)).toBeGreaterThan(0);
    expect(nodeMeshSchema.parse(said("nodes/b2/mesh")).peers.map(({ node }) => node)).toEqual(["b1", "b3"]);
    expect(said("fleet")).toMatchObject({ leader: "b1", nodes: { total: 3, ready: 3, offline: 0 } });
  });

  it("cannot publish, and cannot hear anything else", async () => {
    expect(await publish({ ...options, filter: `${root}/fleet` }, "lies")).toMatch(/code \d/);
    expect(await refusalOf({ ...options, filter: "#" })).toContain("denied");
    expect(await refusalOf({ ...options, filter: `bramble/${name}/v1/raft/#` })).toContain("denied");
    expect(await refusalOf({ ...options, token: `${options.token}x` })).toMatch(/bad user name or password/i);
    expect(sub.heard.filter(({ payload }) => payload === "lies")).toEqual([]);
  });
});

it("a board that is no voter shows its figures to Prometheus through the node proxy", async () => {
  const text = await lab.kubectl(["get", "--raw", "/api/v1/nodes/b2/proxy/metrics"]);
  expect(text).toMatch(/^bramble_agent_home_connected 1$/m);
  expect(Number(/^bramble_board_memory_used_bytes (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
  const voters = await lab.kubectl(["get", "--raw", "/metrics"]);
  expect(voters).toMatch(/^bramble_boards_connected 3$/m);
  expect(voters).toMatch(/^bramble_telemetry_readers 1$/m);
  expect(voters).toMatch(/^bramble_api_requests_total\{verb="GET",code="200"\} [1-9]/m);
  expect(voters).toMatch(/^bramble_reconciles_total\{controller="daemon-set",outcome="done"\}/m);
});

describe("a board without power", () => {
  const availability = `${root}/nodes/b3/availability`;

  it("is offline by its last will within one and a half keep-alives, and online when it is back", async () => {
    await lab.kill("b3");
    const killedMs = performance.now();
    await waitUntil("b3 is offline", 20_000, async () => sub.latest(availability)?.payload === "offline");
    // 1.5 × 4 s after its last packet, and a margin for a machine that does much else.
    expect((sub.latest(availability)?.atMs ?? 0) - killedMs).toBeLessThan(8_000);
    const { state } = JSON.parse(sub.latest(`${root}/nodes/b3/status`)?.payload ?? "{}");
    expect(state).toBe("offline");
    await lab.start("b3");
    await waitUntil("b3 is online", 60_000, async () => sub.latest(availability)?.payload === "online");
  });
});
