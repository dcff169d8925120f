import { afterEach, describe, expect, it } from "vitest";
import { administrator, type Loose, TestApi } from "../../apiserver/testing/test-api.ts";
import { ApiClient } from "../../client/api-client.ts";
import { SharedInformers } from "../../client/shared-informers.ts";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { customResourceDefinitionController } from "../custom-resource-definition/reconcile.ts";
import { runControllers } from "../start-controllers.ts";
import { garbageCollectorController } from "./reconcile.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const ending = new Set<AbortController>();

afterEach(() => {
  for (const end of ending) end.abort();
  ending.clear();
});

async function collecting(): Promise<TestApi> {
  const server = await TestApi.open();
  const client = new ApiClient(server.api.asTransport(administrator));
  const surroundings = { clock: server.clock, random: seededRandom(1), log: silentLogger };
  const context = { ...surroundings, client, informers: new SharedInformers(client, surroundings) };
  const end = new AbortController();
  ending.add(end);
  const controllers = [garbageCollectorController(context), customResourceDefinitionController(context)];
  void runControllers(context, controllers, end.signal);
  return server;
}

async function create(server: TestApi, target: string, name: string, owners: readonly Loose[] = [], rest: object = {}) {
  const ownerReferences = owners.map(({ apiVersion, kind, metadata, ...reference }) => ({
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    ...reference,
  }));
  const { body, status } = await server.send("POST", target, { metadata: { name, ownerReferences }, ...rest });
  expect(status).toBe(201);
  return body;
}

const bare = ({ apiVersion, kind, metadata }: Loose) => ({ apiVersion, kind, metadata });
const blockedBy = (owner: Loose) => ({ ...bare(owner), blockOwnerDeletion: true });

/** Retries are due when the clock says so. */
function untilGone(server: TestApi, target: string) {
  return eventually(`${target} is gone`, async () => {
    server.clock.advance(1000);
    return (await server.get(target)).status === 404;
  });
}

async function settled(server: TestApi): Promise<void> {
  let before = -1;
  await eventually("nothing is written any more", async () => {
    server.clock.advance(1000);
    const isSame = before === server.store.transactions;
    before = server.store.transactions;
    return isSame;
  });
}

describe("the garbage collector", () => {
  it("takes dependents of any kind along, and theirs, after their owner", async () => {
    const server = await collecting();
    const owner = await create(server, maps, "owner");
    const secrets = "/api/v1/namespaces/default/secrets";
    const child = await create(server, secrets, "child", [bare(owner)]);
    await create(server, maps, "grandchild", [bare(child)]);
    await create(server, maps, "other");
    await server.send("DELETE", `${maps}/owner`, { propagationPolicy: "Background" });
    await untilGone(server, `${maps}/grandchild`);
    expect((await server.get(`${secrets}/child`)).status).toBe(404);
    expect((await server.get(`${maps}/other`)).status).toBe(200);
  });

  it("has an owner wait for those who block it, and then lets it go", async () => {
    const server = await collecting();
    const owner = await create(server, maps, "owner");
    await create(server, maps, "held", [blockedBy(owner)]);
    const finalizers = { metadata: { finalizers: ["example.com/wait"] } };
    await server.send("PATCH", `${maps}/held`, finalizers, "application/merge-patch+json");
    await server.send("DELETE", `${maps}/owner`, { propagationPolicy: "Foreground" });
    await eventually("the dependent is being deleted", async () => {
      const { body } = await server.get(`${maps}/held`);
      return body.metadata.deletionTimestamp !== undefined;
    });
    await settled(server);
    expect((await server.get(`${maps}/owner`)).body.metadata.finalizers).toEqual(["foregroundDeletion"]);
    const none = { metadata: { finalizers: null } };
    await server.send("PATCH", `${maps}/held`, none, "application/merge-patch+json");
    await untilGone(server, `${maps}/owner`);
  });

  it("spares dependents, and takes the owner out of them", async () => {
    const server = await collecting();
    const owner = await create(server, maps, "owner");
    await create(server, maps, "spared", [bare(owner)]);
    await server.send("DELETE", `${maps}/owner`, { propagationPolicy: "Orphan" });
    await untilGone(server, `${maps}/owner`);
    await settled(server);
    expect((await server.get(`${maps}/spared`)).body.metadata.ownerReferences).toBeUndefined();
  });

  it("keeps what another owner still wants, without the one that went", async () => {
    const server = await collecting();
    const owners = [await create(server, maps, "first"), await create(server, maps, "second")];
    await create(server, maps, "shared", owners.map(bare));
    await server.send("DELETE", `${maps}/first`, { propagationPolicy: "Foreground" });
    await untilGone(server, `${maps}/first`);
    const left = await eventually("one owner is left", async () => {
      const { ownerReferences } = (await server.get(`${maps}/shared`)).body.metadata;
      return ownerReferences.length === 1 && ownerReferences;
    });
    expect(left).toMatchObject([{ name: "second" }]);
  });

  it("undoes a circle of owners", async () => {
    const server = await collecting();
    const first = await create(server, maps, "first");
    const second = await create(server, maps, "second", [blockedBy(first)]);
    const { apiVersion, kind, metadata } = second;
    const reference = { apiVersion, kind, name: "second", uid: metadata.uid, blockOwnerDeletion: true };
    const patch = { metadata: { ownerReferences: [reference] } };
    await server.send("PATCH", `${maps}/first`, patch, "application/merge-patch+json");
    await server.send("DELETE", `${maps}/first`, { propagationPolicy: "Foreground" });
    await untilGone(server, `${maps}/first`);
    await untilGone(server, `${maps}/second`);
  });

  it("removes what is born to an owner that has never been, or is of another namespace", async () => {
    const server = await collecting();
    const elsewhere = await create(server, "/api/v1/namespaces/kube-system/configmaps", "owner");
    const nobody = { apiVersion: "v1", kind: "Secret", metadata: { name: "x", uid: "never" } };
    await create(server, maps, "lost", [nobody]);
    await create(server, maps, "stray", [bare(elsewhere)]);
    await untilGone(server, `${maps}/lost`);
    await untilGone(server, `${maps}/stray`);
  });

  it("leaves alone whose owners nobody can find: of a kind that is not served, or in a namespace that is not said", async () => {
    const server = await collecting();
    const foreign = { apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "x", uid: "x" } };
    const namespaced = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", uid: "x" } };
    await create(server, maps, "kept", [foreign]);
    await create(server, "/api/v1/namespaces", "kept", [namespaced]);
    const settling = await create(server, maps, "lost", [namespaced]);
    await untilGone(server, `${maps}/${settling.metadata.name}`);
    await settled(server);
    expect((await server.get(`${maps}/kept`)).status).toBe(200);
    expect((await server.get("/api/v1/namespaces/kept")).status).toBe(200);
  });

  it("follows kinds that came later, as owners and as dependents", async () => {
    const server = await collecting();
    const versions = [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }];
    const names = { plural: "things", singular: "thing", kind: "Thing", listKind: "ThingList" };
    await server.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
      metadata: { name: "things.example.com" },
      spec: { group: "example.com", scope: "Namespaced", names, versions },
    });
    const things = "/apis/example.com/v1/namespaces/default/things";
    await eventually("things are served", async () => (await server.get(things)).status === 200);
    const owner = await create(server, things, "owner");
    await create(server, maps, "dependent", [bare(owner)]);
    await create(server, maps, "root");
    const root = (await server.get(`${maps}/root`)).body;
    await create(server, things, "leaf", [bare(root)]);
    await server.send("DELETE", `${things}/owner`, { propagationPolicy: "Foreground" });
    await untilGone(server, `${maps}/dependent`);
    await server.send("DELETE", `${maps}/root`);
    await untilGone(server, `${things}/leaf`);
  });
});
