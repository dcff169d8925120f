import { expect, it } from "vitest";
import { administrator, type Loose, TestApi } from "../../apiserver/testing/test-api.ts";
import { ApiClient } from "../../client/api-client.ts";
import { SharedInformers } from "../../client/shared-informers.ts";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { runControllers } from "../start-controllers.ts";
import { namespaceController } from "./reconcile.ts";

it("empties a namespace of every kind, says what it waits for, and lets it go", async () => {
  const server = await TestApi.open();
  const client = new ApiClient(server.api.asTransport(administrator));
  const surroundings = { clock: server.clock, random: seededRandom(1), log: silentLogger };
  const context = { ...surroundings, client, informers: new SharedInformers(client, surroundings) };
  const end = new AbortController();
  const running = runControllers(context, [namespaceController(context)], end.signal);
  const namespace = "/api/v1/namespaces/n";
  await server.send("POST", "/api/v1/namespaces", { metadata: { name: "n" } });
  const create = async (path: string, body: object) =>
    expect((await server.send("POST", `${path}`, body)).status).toBe(201);
  await create(`${namespace}/pods`, {
    metadata: { name: "p" },
    spec: { nodeName: "b1", containers: [{ name: "a", image: "hello" }] },
  });
  await create(`${namespace}/secrets`, { metadata: { name: "s" } });
  await create("/apis/coordination.k8s.io/v1/namespaces/n/leases", { metadata: { name: "l" } });
  await create(`${namespace}/configmaps`, { metadata: { name: "held", finalizers: ["example.com/x"] } });
  await server.send("DELETE", namespace);

  const shows = (type: string, text: string) =>
    eventually(text, async () => {
      server.clock.advance(1000);
      const { conditions = [] } = (await server.get(namespace)).body.status;
      return conditions.some((condition: Loose) => condition.type === type && condition.message.includes(text));
    });
  await shows("NamespaceContentRemaining", "pods. has 1 resource instances");
  expect((await server.get(`${namespace}/secrets/s`)).status).toBe(200);
  await server.send("DELETE", `${namespace}/pods/p?gracePeriodSeconds=0`);
  await eventually("the rest is gone", async () => {
    server.clock.advance(1000);
    return (await server.get(`${namespace}/secrets`)).body.items.length === 0;
  });
  await shows("NamespaceContentRemaining", "remaining: configmaps. has 1 resource instances");
  await shows("NamespaceFinalizersRemaining", "example.com/x in 1 resource instances");
  const release = { metadata: { finalizers: null } };
  await server.send("PATCH", `${namespace}/configmaps/held`, release, "application/merge-patch+json");
  await eventually("the namespace is gone", async () => {
    server.clock.advance(1000);
    return (await server.get(namespace)).status === 404;
  });
  end.abort();
  await running;
});
