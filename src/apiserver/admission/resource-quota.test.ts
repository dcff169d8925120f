import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiClient } from "../../client/api-client.ts";
import { SharedInformers } from "../../client/shared-informers.ts";
import { resourceQuotaController } from "../../controllers/resource-quota/reconcile.ts";
import { runControllers } from "../../controllers/start-controllers.ts";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { createApiServer } from "../api-server.ts";
import { administrator, TestApi } from "../testing/test-api.ts";

const namespace = "/api/v1/namespaces/default";
const pods = `${namespace}/pods`;
const pod = (name: string, resources: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: "c", image: "busybox:1", resources }] },
});

let test: TestApi;
beforeEach(async () => {
  test = await TestApi.open();
});

async function withController(run: () => Promise<void>): Promise<void> {
  const ending = new AbortController();
  const client = new ApiClient(test.api.asTransport(administrator));
  const surroundings = { clock: test.clock, random: seededRandom(3), log: silentLogger };
  const context = { ...surroundings, client, informers: new SharedInformers(client, surroundings) };
  const running = runControllers(context, [resourceQuotaController(context)], ending.signal);
  try {
    await run();
  } finally {
    ending.abort();
    await running;
  }
}

const quota = async () => (await test.get(`${namespace}/resourcequotas/q`)).body.status;
/** The clock moves only where somebody moves it. */
const used = (expected: object) =>
  eventually(`the quota says ${JSON.stringify(expected)}`, async () => {
    test.clock.advance(1_000);
    return JSON.stringify((await quota()).used) === JSON.stringify(expected);
  });
const bound = (hard: object) =>
  test.send("POST", `${namespace}/resourcequotas`, { metadata: { name: "q" }, spec: { hard } });

describe("a ResourceQuota", () => {
  it("is charged by what is created, given back by what goes, and refuses what is too much", () =>
    withController(async () => {
      await test.send("POST", pods, pod("before"));
      await bound({ pods: "3" });
      await used({ pods: "1" });
      expect(await test.send("POST", pods, pod("a"))).toMatchObject({ status: 201 });
      expect((await quota()).used).toEqual({ pods: "2" });
      await test.send("POST", pods, pod("b"));
      const { status, body } = await test.send("POST", pods, pod("c"));
      expect(status).toBe(403);
      expect(body.message).toBe(
        'pods "c" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3',
      );
      await test.send("DELETE", `${pods}/a`);
      await used({ pods: "2" });
      expect(await test.send("POST", pods, pod("c"))).toMatchObject({ status: 201 });
    }));

  it("counts objects of any kind, also where nobody follows them", () =>
    withController(async () => {
      await bound({ "count/secrets": "1" });
      await used({ "count/secrets": "0" });
      expect(await test.send("POST", `${namespace}/secrets`, { metadata: { name: "s" } })).toMatchObject({
        status: 201,
      });
      expect(await test.send("POST", `${namespace}/secrets`, { metadata: { name: "t" } })).toMatchObject({
        status: 403,
      });
      await test.send("DELETE", `${namespace}/secrets/s`);
      await used({ "count/secrets": "0" });
    }));

  it("is not overrun by many creates at once, and refuses none that fits", () =>
    withController(async () => {
      await bound({ pods: "10", "requests.cpu": "1" });
      await used({ pods: "0", "requests.cpu": "0" });
      const replies = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          test.send("POST", pods, pod(`p${index}`, { requests: { cpu: "100m" } })),
        ),
      );
      expect(replies.filter(({ status }) => status === 201)).toHaveLength(10);
      expect(replies.filter(({ status }) => status === 403)).toHaveLength(30);
      expect((await quota()).used).toEqual({ pods: "10", "requests.cpu": "1" });
    }));

  it("is not overrun by voters that admit at once", () =>
    withController(async () => {
      await bound({ pods: "10" });
      await used({ pods: "0" });
      const { store, clock } = test;
      const random = seededRandom(4);
      const voters = [1, 2, 3].map(() =>
        createApiServer({
          store,
          clock,
          random,
          log: silentLogger,
          newUid: randomUUID,
          prepareShared: (object) => object,
        }),
      );
      const replies = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          voters[index % 3]?.request({ method: "POST", path: pods, body: pod(`p${index}`) }, administrator),
        ),
      );
      expect(replies.map((reply) => reply?.status).sort()).toEqual([...Array(10).fill(201), ...Array(20).fill(403)]);
      expect((await quota()).used).toEqual({ pods: "10" });
    }));

  it("is neither charged by a dry run nor by what is refused for another reason", () =>
    withController(async () => {
      await bound({ pods: "1" });
      await used({ pods: "0" });
      expect(await test.send("POST", `${pods}?dryRun=All`, pod("a"))).toMatchObject({ status: 201 });
      expect((await quota()).used).toEqual({ pods: "0" });
      await test.send("POST", pods, pod("a"));
      expect(await test.send("POST", `${pods}?dryRun=All`, pod("b"))).toMatchObject({ status: 403 });
    }));
});

describe("a LimitRange", () => {
  it("completes and bounds the pods of its namespace", async () => {
    const limits = [{ type: "Container", default: { cpu: "200m" }, max: { cpu: "1" } }];
    await test.send("POST", `${namespace}/limitranges`, { metadata: { name: "l" }, spec: { limits } });
    const { body } = await test.send("POST", pods, pod("a"));
    expect(body.spec.containers[0].resources).toEqual({ limits: { cpu: "200m" }, requests: { cpu: "200m" } });
    const refused = await test.send("POST", pods, pod("b", { limits: { cpu: "2" } }));
    expect(refused.status).toBe(403);
    expect(refused.body.message).toBe('pods "b" is forbidden: maximum cpu usage per Container is 1, but limit is 2');
  });
});
