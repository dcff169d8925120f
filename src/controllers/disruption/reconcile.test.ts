/** Budgets as `kubectl drain` meets them: through the API, with evictions that are charged and made good again. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { administrator, TestApi } from "../../apiserver/testing/test-api.ts";
import { ApiClient } from "../../client/api-client.ts";
import { SharedInformers } from "../../client/shared-informers.ts";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { systemClock } from "../../platform/host/system-clock.ts";
import { runControllers } from "../start-controllers.ts";
import { disruptionController } from "./reconcile.ts";

const server = await TestApi.open();
const ending = new AbortController();
const client = new ApiClient(server.api.asTransport(administrator));
const surroundings = { clock: systemClock, random: seededRandom(1), log: silentLogger };
const context = { ...surroundings, client, informers: new SharedInformers(client, surroundings) };
const running = runControllers(context, [disruptionController(context)], ending.signal);
afterAll(async () => {
  ending.abort();
  await running;
});

const home = "/api/v1/namespaces/default";
const budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
const apps = "/apis/apps/v1/namespaces/default";
const template = {
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "c", image: "i" }] },
};
const selector = { matchLabels: { app: "web" } };

async function createReady(name: string, app: string, owner?: object): Promise<void> {
  const metadata = { name, labels: { app }, ...(owner !== undefined && { ownerReferences: [owner] }) };
  const made = await server.send("POST", `${home}/pods`, { metadata, spec: template.spec });
  expect(made.status).toBe(201);
  const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
  await server.send("PATCH", `${home}/pods/${name}/status`, { status }, "application/merge-patch+json");
}

async function ownerOf(plural: string, name: string, spec: object, owner?: object) {
  const metadata = { name, ...(owner !== undefined && { ownerReferences: [owner] }) };
  const { body } = await server.send("POST", `${apps}/${plural}`, { metadata, spec: { selector, template, ...spec } });
  return { apiVersion: "apps/v1", kind: body.kind, name, uid: body.metadata.uid, controller: true };
}

const statusOf = async (name: string) => (await server.get(`${budgets}/${name}`)).body.status;
const evict = (name: string) => server.send("POST", `${home}/pods/${name}/eviction`, { metadata: { name } });

beforeAll(async () => {
  const deployment = await ownerOf("deployments", "web", { replicas: 3 });
  const set = await ownerOf("replicasets", "web-1", { replicas: 2 }, deployment);
  for (const name of ["web-a", "web-b", "web-c"]) await createReady(name, "web", set);
});

it("lets pods go as long as enough others are ready, and again when they are made good", async () => {
  const spec = { maxUnavailable: "25%", selector };
  await server.send("POST", budgets, { metadata: { name: "web" }, spec });
  await expect
    .poll(() => statusOf("web"), { timeout: 10_000 })
    .toMatchObject({ expectedPods: 3, desiredHealthy: 2, currentHealthy: 3, disruptionsAllowed: 1 });
  expect((await evict("web-a")).status).toBe(201);
  const refused = await evict("web-b");
  expect(refused.status).toBe(429);
  expect(refused.body.details.causes).toMatchObject([
    { reason: "DisruptionBudget", message: expect.stringContaining("The disruption budget web needs 2 healthy pods") },
  ]);
  await expect
    .poll(() => statusOf("web"), { timeout: 10_000 })
    .toMatchObject({ currentHealthy: 2, disruptionsAllowed: 0 });
  expect((await statusOf("web")).disruptedPods).toBeUndefined();
  await createReady("web-d", "web", { ...(await server.get(`${home}/pods/web-b`)).body.metadata.ownerReferences[0] });
  await expect.poll(() => statusOf("web"), { timeout: 10_000 }).toMatchObject({ disruptionsAllowed: 1 });
  expect((await evict("web-b")).status).toBe(201);
});

it("says of a DaemonSet's share that it cannot know it, and counts its pods where they are numbered", async () => {
  const agent = { matchLabels: { app: "agent" } };
  const labelled = { ...template, metadata: { labels: { app: "agent" } } };
  const set = await ownerOf("daemonsets", "agent", { selector: agent, template: labelled });
  await createReady("agent-a", "agent", set);
  await createReady("agent-b", "agent", set);
  await server.send("POST", budgets, { metadata: { name: "share" }, spec: { maxUnavailable: 1, selector: agent } });
  await expect
    .poll(async () => (await statusOf("share")).conditions, { timeout: 10_000 })
    .toMatchObject([{ reason: "SyncFailed", message: "daemonsets.apps does not implement the scale subresource" }]);
  await server.send("DELETE", `${budgets}/share`);
  await server.send("POST", budgets, { metadata: { name: "count" }, spec: { minAvailable: 1, selector: agent } });
  await expect
    .poll(() => statusOf("count"), { timeout: 10_000 })
    .toMatchObject({ expectedPods: 2, desiredHealthy: 1, disruptionsAllowed: 1 });
});
