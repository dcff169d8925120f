import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../lib/logger.ts";
import { seededRandom } from "../lib/random.ts";
import { type TrioVoter, VoterTrio } from "../replication/testing/voter-trio.ts";
import { type ApiServer, createApiServer } from "./api-server.ts";
import { ensureBootstrapObjects } from "./bootstrap-objects.ts";
import { administrator, type Loose, type LooseReply } from "./testing/test-api.ts";

const path = "/api/v1/namespaces/default/services";
/** The same chance on every voter: those that choose at once choose the same. */
const sameSeed = 1;

function serverOf(trio: VoterTrio, { store }: TrioVoter): ApiServer {
  if (store === undefined) throw new Error("the voter runs");
  const { clock } = trio;
  return createApiServer({ store, clock, random: seededRandom(sameSeed), log: silentLogger, newUid: randomUUID });
}

async function settled<T>(trio: VoterTrio, promise: Promise<T>): Promise<T> {
  let isDone = false;
  const note = () => {
    isDone = true;
  };
  promise.then(note, note);
  await trio.until(() => isDone);
  return promise;
}

async function withTrio(run: (trio: VoterTrio, servers: () => ApiServer[]) => Promise<void>): Promise<void> {
  const trio = new VoterTrio({});
  await trio.startAll();
  const servers = () => trio.voters.filter(({ store }) => store !== undefined).map((voter) => serverOf(trio, voter));
  const [first] = servers();
  if (first === undefined) throw new Error("three voters");
  await settled(trio, ensureBootstrapObjects(first.asTransport(administrator)));
  await run(trio, servers);
  for (const voter of trio.voters) await trio.stop(voter);
}

function create(api: ApiServer, name: string, spec: object = {}): Promise<LooseReply> {
  const body = { metadata: { name }, spec: { type: "NodePort", ports: [{ port: 80 }], ...spec } };
  return api.request({ method: "POST", path, body }, administrator);
}

async function heldBy(trio: VoterTrio, api: ApiServer): Promise<{ addresses: string[]; ports: number[] }> {
  const { body }: Loose = await settled(trio, api.request({ method: "GET", path }, administrator));
  const specs: Loose[] = body.items.map(({ spec }: Loose) => spec);
  return {
    addresses: specs.map(({ clusterIP }) => clusterIP),
    ports: specs.flatMap((spec) => spec.ports.flatMap(({ nodePort = [] }) => nodePort)),
  };
}

const countOf = (replies: readonly LooseReply[], status: number) => replies.filter((r) => r.status === status).length;

describe("Services that are created through all voters at once", () => {
  it("never get the same address or port, though every voter would choose the same", () =>
    withTrio(async (trio, servers) => {
      const apis = servers();
      const all = Array.from({ length: 20 }, (_, at) => apis.map((api, voter) => create(api, `web-${at}-${voter}`)));
      const replies = await settled(trio, Promise.all(all.flat()));
      expect(replies.map(({ status, body }) => (status === 201 ? 201 : body))).toEqual(Array(60).fill(201));
      const { addresses, ports } = await heldBy(trio, apis[0] as ApiServer);
      expect([new Set(addresses).size, new Set(ports).size]).toEqual([60, 60]);
    }));

  it("get a named one once, and it is free for the others as soon as it is given back", () =>
    withTrio(async (trio, servers) => {
      const apis = servers();
      for (let round = 0; round < 5; round += 1) {
        const spec = { clusterIP: "10.43.0.9", ports: [{ port: 80, nodePort: 30_080 }] };
        const racing = apis.map((api, voter) => create(api, `race-${round}-${voter}`, spec));
        const replies = await settled(trio, Promise.all(racing));
        expect([countOf(replies, 201), countOf(replies, 422)]).toEqual([1, 2]);
        const winner: Loose = replies.find(({ status }) => status === 201)?.body;
        // The next round asks voters that need not have heard of it yet.
        const removal = { method: "DELETE", path: `${path}/${winner.metadata.name}` } as const;
        const gone = await settled(trio, (apis[round % 3] as ApiServer).request(removal, administrator));
        expect(gone.status).toBe(200);
      }
    }));

  it("stay apart over a change of leader, and a start from disk", () =>
    withTrio(async (trio, servers) => {
      const leader = trio.voters.find(({ store }) => store?.leadership.role === "leader");
      if (leader === undefined) throw new Error("somebody leads");
      const before = servers().flatMap((api, voter) => [0, 1, 2, 3].map((at) => create(api, `before-${at}-${voter}`)));
      trio.cutOff.add(leader.member.id);
      const others = trio.voters.filter((voter) => voter !== leader);
      await trio.until(() => VoterTrio.hasLeader(others));
      const during = others.flatMap((voter, index) =>
        [0, 1, 2, 3].map((at) => create(serverOf(trio, voter), `during-${at}-${index}`)),
      );
      const replies = await settled(trio, Promise.all(during));
      expect(countOf(replies, 201)).toBe(8);
      trio.cutOff.clear();
      // Whether these came about is for nobody to promise; that they took nothing twice is.
      await settled(trio, Promise.allSettled(before));
      for (const voter of trio.voters) await trio.stop(voter);
      await trio.startAll();
      const apis = servers();
      const after = await settled(trio, Promise.all(apis.map((api, voter) => create(api, `after-${voter}`))));
      expect(countOf(after, 201)).toBe(3);
      const { addresses, ports } = await heldBy(trio, apis[0] as ApiServer);
      expect(addresses.length).toBeGreaterThanOrEqual(11);
      expect([new Set(addresses).size, new Set(ports).size]).toEqual([addresses.length, ports.length]);
    }));
});
