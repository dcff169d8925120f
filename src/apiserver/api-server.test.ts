import { describe, expect, it } from "vitest";
import { TestApi } from "./testing/test-api.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const pods = "/api/v1/namespaces/default/pods";

function configMap(name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels }, data };
}

function pod(name: string, spec: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}) {
  return { metadata: { name, ...metadata }, spec: { containers: [{ name: "main", image: "hello" }], ...spec } };
}

describe("creating", () => {
  it("completes an object and answers as it is stored", async () => {
    const server = await TestApi.open();
    const created = await server.send("POST", maps, configMap("a", { x: "1" }));
    expect(created.status).toBe(201);
    const { metadata } = created.body;
    expect(metadata).toMatchObject({ name: "a", namespace: "default", creationTimestamp: "2023-11-14T22:13:20Z" });
    expect(metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect((await server.get(`${maps}/a`)).body).toEqual(created.body);
  });

  it("generates names", async () => {
    const server = await TestApi.open();
    const body = { metadata: { generateName: "a-" } };
    const names = [await server.send("POST", maps, body), await server.send("POST", maps, body)].map(
      (reply) => reply.body.metadata.name,
    );
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^a-[a-z0-9]{5}$/);
  });

  it.each([
    ["a taken name", maps, configMap("taken"), 409, "AlreadyExists"],
    ["a missing namespace", "/api/v1/namespaces/nowhere/configmaps", configMap("a"), 404, "NotFound"],
    ["another namespace in the body", maps, { metadata: { name: "a", namespace: "other" } }, 400, "BadRequest"],
    ["another kind", maps, { kind: "Secret", metadata: { name: "a" } }, 400, "BadRequest"],
    ["no name", maps, { metadata: {} }, 422, "Invalid"],
    ["a bad name", maps, configMap("A_b"), 422, "Invalid"],
    ["a version", maps, { metadata: { name: "a", resourceVersion: "3" } }, 400, "BadRequest"],
    ["no body", maps, undefined, 400, "BadRequest"],
    ["an unknown kind", "/api/v1/namespaces/default/nothings", {}, 404, "NotFound"],
    ["a scope that is not the kind's", "/api/v1/namespaces/default/nodes", {}, 404, "NotFound"],
  ])("refuses %s", async (_, path, body, status, reason) => {
    const server = await TestApi.open();
    await server.send("POST", maps, configMap("taken"));
    const before = server.store.reader.revision;
    const reply = await server.send("POST", path, body);
    expect(reply).toMatchObject({ status, body: { kind: "Status", status: "Failure", reason, code: status } });
    expect(server.store.reader.revision).toBe(before);
  });

  it("writes nothing in a dry run", async () => {
    const server = await TestApi.open();
    const before = server.store.transactions;
    expect((await server.send("POST", `${maps}?dryRun=All`, configMap("a"))).status).toBe(201);
    expect((await server.send("POST", `${maps}?dryRun=Some`, configMap("a"))).status).toBe(400);
    expect(server.store.transactions).toBe(before);
  });

  it("gives claims the default class of storage", async () => {
    const server = await TestApi.open();
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const claims = "/api/v1/namespaces/default/persistentvolumeclaims";
    const created = await server.send("POST", claims, { metadata: { name: "data" }, spec });
    expect(created.body.spec.storageClassName).toBe("local");
    const without = { metadata: { name: "none" }, spec: { ...spec, storageClassName: "" } };
    expect((await server.send("POST", claims, without)).body.spec.storageClassName).toBe("");
  });
});

describe("updating", () => {
  it("refuses a version that is not the latest, and lets a body without one through", async () => {
    const server = await TestApi.open();
    const { body: first } = await server.send("POST", maps, configMap("a", { x: "1" }));
    const second = await server.send("PUT", `${maps}/a`, { ...first, data: { x: "2" } });
    expect(second.status).toBe(200);
    expect(second.body.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
    expect(await server.send("PUT", `${maps}/a`, { ...first, data: { x: "3" } })).toMatchObject({
      status: 409,
      body: { reason: "Conflict" },
    });
    expect((await server.send("PUT", `${maps}/a`, configMap("a", { x: "4" }))).body.metadata.uid).toBe(
      first.metadata.uid,
    );
    expect((await server.send("PUT", `${maps}/b`, configMap("b"))).status).toBe(404);
    expect((await server.send("PUT", `${maps}/a`, configMap("b"))).status).toBe(400);
  });

  it("writes nothing where nothing changes", async () => {
    const server = await TestApi.open();
    const { body } = await server.send("POST", maps, configMap("a", { x: "1" }));
    const before = server.store.transactions;
    expect((await server.send("PUT", `${maps}/a`, configMap("a", { x: "1" }))).body).toEqual(body);
    expect(server.store.transactions).toBe(before);
  });

  it("loses no update to another one", async () => {
    const server = await TestApi.open();
    await server.send("POST", maps, configMap("a"));
    const patches = Array.from({ length: 5 }, (_, index) =>
      server.send("PATCH", `${maps}/a`, { data: { [`k${index}`]: "v" } }, "application/merge-patch+json"),
    );
    expect((await Promise.all(patches)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(Object.keys((await server.get(`${maps}/a`)).body.data)).toHaveLength(5);
  });

  it("keeps status and specification apart", async () => {
    const server = await TestApi.open();
    const { body } = await server.send("POST", pods, { ...pod("p"), status: { phase: "Running" } });
    expect(body.status.phase).toBe("Pending");
    const status = { ...body, metadata: { ...body.metadata, labels: { a: "b" } }, status: { phase: "Running" } };
    const reported = await server.send("PUT", `${pods}/p/status`, status);
    expect(reported.body.status.phase).toBe("Running");
    const replaced = await server.send("PUT", `${pods}/p`, { ...reported.body, status: { phase: "Failed" } });
    expect(replaced.body.status.phase).toBe("Running");
  });
});

describe("patching", () => {
  it.each([
    ["application/merge-patch+json", { data: { x: null, y: "2" } }],
    ["application/strategic-merge-patch+json", { data: { x: null, y: "2" } }],
    [
      "application/json-patch+json",
      [
        { op: "remove", path: "/data/x" },
        { op: "add", path: "/data/y", value: "2" },
      ],
    ],
  ])("understands %s", async (type, patch) => {
    const server = await TestApi.open();
    await server.send("POST", maps, configMap("a", { x: "1" }));
    const reply = await server.send("PATCH", `${maps}/a`, patch, type);
    expect(reply).toMatchObject({ status: 200, body: { data: { y: "2" } } });
    expect(reply.body.data).not.toHaveProperty("x");
  });

  it("merges a pod's lists by their keys", async () => {
    const server = await TestApi.open();
    await server.send("POST", pods, pod("p", { tolerations: [{ key: "a", operator: "Exists" }] }));
    const patch = { spec: { containers: [{ name: "main", image: "hello:2" }] } };
    const reply = await server.send("PATCH", `${pods}/p`, patch, "application/strategic-merge-patch+json");
    expect(reply.body.spec.containers).toMatchObject([{ name: "main", image: "hello:2", imagePullPolicy: "Always" }]);
  });

  it("says what it does not understand", async () => {
    const server = await TestApi.open();
    await server.send("POST", maps, configMap("a"));
    expect((await server.send("PATCH", `${maps}/a`, {}, "application/apply-patch+yaml")).status).toBe(422);
    expect((await server.send("PATCH", `${maps}/a`, {}, "application/json")).status).toBe(415);
    expect((await server.send("PATCH", `${maps}/a`, [], "application/merge-patch+json")).status).toBe(400);
    const pinned = { metadata: { resourceVersion: "1" }, data: { x: "1" } };
    expect((await server.send("PATCH", `${maps}/a`, pinned, "application/merge-patch+json")).status).toBe(409);
  });
});

describe("deleting", () => {
  it("removes at once what needs no time", async () => {
    const server = await TestApi.open();
    const { body } = await server.send("POST", maps, configMap("a"));
    const reply = await server.send("DELETE", `${maps}/a`, { propagationPolicy: "Background" });
    expect(reply).toMatchObject({
      status: 200,
      body: { kind: "Status", status: "Success", details: { uid: body.metadata.uid } },
    });
    expect((await server.get(`${maps}/a`)).status).toBe(404);
  });

  it("minds preconditions", async () => {
    const server = await TestApi.open();
    await server.send("POST", maps, configMap("a"));
    expect((await server.send("DELETE", `${maps}/a`, { preconditions: { uid: "other" } })).status).toBe(409);
    expect((await server.send("DELETE", `${maps}/a`, { preconditions: { resourceVersion: "1" } })).status).toBe(409);
    expect((await server.send("DELETE", `${maps}/a`, { propagationPolicy: "Sometimes" })).status).toBe(422);
    expect((await server.get(`${maps}/a`)).status).toBe(200);
  });

  it("leaves a pod to its board until that deletes it for good", async () => {
    const server = await TestApi.open();
    await server.send("POST", pods, pod("bound", { nodeName: "b1", terminationGracePeriodSeconds: 7 }));
    await server.send("POST", pods, pod("unbound"));
    const marked = await server.send("DELETE", `${pods}/bound`);
    expect(marked.body.metadata).toMatchObject({
      deletionGracePeriodSeconds: 7,
      deletionTimestamp: "2023-11-14T22:13:27Z",
    });
    expect((await server.send("DELETE", `${pods}/bound?gracePeriodSeconds=60`)).body).toEqual(marked.body);
    expect(
      (await server.send("DELETE", `${pods}/bound`, { gracePeriodSeconds: 1 })).body.metadata
        .deletionGracePeriodSeconds,
    ).toBe(1);
    expect((await server.send("DELETE", `${pods}/bound`, { gracePeriodSeconds: 0 })).body.kind).toBe("Status");
    expect((await server.send("DELETE", `${pods}/unbound`)).body.kind).toBe("Status");
    expect((await server.get(pods)).body.items).toEqual([]);
  });

  it("waits for the last finalizer", async () => {
    const server = await TestApi.open();
    await server.send("POST", maps, { metadata: { name: "a", finalizers: ["example.com/wait"] } });
    expect((await server.send("DELETE", `${maps}/a`)).body.metadata.deletionTimestamp).toBeDefined();
    const patch = { metadata: { finalizers: null } };
    expect((await server.send("PATCH", `${maps}/a`, patch, "application/merge-patch+json")).status).toBe(200);
    expect((await server.get(`${maps}/a`)).status).toBe(404);
  });

  it("ends a namespace through its finalizer, and lets nothing new in", async () => {
    const server = await TestApi.open();
    await server.send("POST", "/api/v1/namespaces", { metadata: { name: "n" } });
    const { body } = await server.send("DELETE", "/api/v1/namespaces/n");
    expect(body).toMatchObject({ spec: { finalizers: ["kubernetes"] }, status: { phase: "Terminating" } });
    expect((await server.send("POST", "/api/v1/namespaces/n/configmaps", configMap("a"))).status).toBe(403);
    await server.send("PUT", "/api/v1/namespaces/n/finalize", { ...body, spec: {} });
    expect((await server.get("/api/v1/namespaces/n")).status).toBe(404);
    expect((await server.send("DELETE", "/api/v1/namespaces/default")).status).toBe(403);
  });

  it("leaves the dependents of a workload to the garbage collector", async () => {
    const server = await TestApi.open();
    const template = { metadata: { labels: { app: "a" } }, spec: pod("").spec };
    const daemonSets = "/apis/apps/v1/namespaces/default/daemonsets";
    const spec = { selector: { matchLabels: { app: "a" } }, template };
    expect((await server.send("POST", daemonSets, { metadata: { name: "a" }, spec })).status).toBe(201);
    const { body } = await server.send("DELETE", `${daemonSets}/a`, { propagationPolicy: "Orphan" });
    expect(body.metadata.finalizers).toEqual(["orphan"]);
  });

  it("deletes a collection by its selector", async () => {
    const server = await TestApi.open();
    for (const name of ["a", "b", "c"])
      await server.send("POST", maps, configMap(name, {}, { group: name === "c" ? "y" : "x" }));
    expect((await server.send("DELETE", `${maps}?labelSelector=group%3Dx`)).body.items).toHaveLength(2);
    expect((await server.get(maps)).body.items).toMatchObject([{ metadata: { name: "c" } }]);
  });
});

it("binds a pod once", async () => {
  const server = await TestApi.open();
  await server.send("POST", pods, pod("p"));
  const binding = (name: string) => ({ metadata: { name: "p" }, target: { kind: "Node", name } });
  expect((await server.send("POST", `${pods}/p/binding`, binding("b1"))).status).toBe(201);
  expect((await server.send("POST", `${pods}/p/binding`, binding("b2"))).status).toBe(409);
  const { body } = await server.get(`${pods}/p`);
  expect(body.spec.nodeName).toBe("b1");
  expect(body.status.conditions).toMatchObject([{ type: "PodScheduled", status: "True" }]);
});
