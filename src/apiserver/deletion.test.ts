import { describe, expect, it } from "vitest";
import { type Loose, TestApi } from "./testing/test-api.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const pods = "/api/v1/namespaces/default/pods";

function configMap(name: string, metadata: object = {}) {
  return { metadata: { name, ...metadata } };
}

async function withMap(metadata: object = {}): Promise<TestApi> {
  const server = await TestApi.open();
  await server.send("POST", maps, configMap("a", metadata));
  return server;
}

describe("a deletion", () => {
  it.each<{ story: string; query?: string; body?: object; finalizers: Loose; present?: string[] }>([
    { story: "in the background", body: { propagationPolicy: "Background" }, finalizers: undefined },
    { story: "in the foreground", body: { propagationPolicy: "Foreground" }, finalizers: ["foregroundDeletion"] },
    { story: "that spares dependents", body: { propagationPolicy: "Orphan" }, finalizers: ["orphan"] },
    { story: "by the query", query: "propagationPolicy=Foreground", finalizers: ["foregroundDeletion"] },
    { story: "as old clients ask", body: { orphanDependents: true }, finalizers: ["orphan"] },
    { story: "as old clients ask in the query", query: "orphanDependents=1", finalizers: ["orphan"] },
    { story: "that spares nothing, as old clients ask", body: { orphanDependents: false }, finalizers: undefined },
    { story: "without a wish, of what has one", present: ["orphan"], finalizers: ["orphan"] },
    {
      story: "with a wish, of what has another",
      present: ["foregroundDeletion", "example.com/x"],
      body: { propagationPolicy: "Orphan" },
      finalizers: ["example.com/x", "orphan"],
    },
  ])("$story leaves $finalizers", async ({ query = "", body, finalizers, present }) => {
    const server = await withMap(present && { finalizers: present });
    const reply = await server.send("DELETE", `${maps}/a?${query}`, body);
    if (finalizers === undefined) expect(reply.body).toMatchObject({ kind: "Status", status: "Success" });
    else expect(reply.body.metadata).toMatchObject({ finalizers, deletionGracePeriodSeconds: 0 });
  });

  it("goes on as it was begun", async () => {
    const server = await withMap({ finalizers: ["example.com/x"] });
    const { body } = await server.send("DELETE", `${maps}/a`);
    expect(await server.send("DELETE", `${maps}/a`, { propagationPolicy: "Orphan" })).toEqual({ status: 200, body });
  });

  it("of a job spares its pods unless the client says otherwise", async () => {
    const server = await TestApi.open();
    const jobs = "/apis/batch/v1/namespaces/default/jobs";
    const template = { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "hello" }] } };
    for (const name of ["a", "b"]) await server.send("POST", jobs, { metadata: { name }, spec: { template } });
    expect((await server.send("DELETE", `${jobs}/a`)).body.metadata.finalizers).toEqual(["orphan"]);
    const background = { propagationPolicy: "Background" };
    expect((await server.send("DELETE", `${jobs}/b`, background)).body.status).toBe("Success");
  });

  it.each([
    ["a policy that there is not", { propagationPolicy: "Sometimes" }, 422],
    ["a policy and its old form", { propagationPolicy: "Orphan", orphanDependents: true }, 422],
    ["a dry run of a kind that there is not", { dryRun: ["Some"] }, 422],
    ["no options at all", [], 400],
    ["a grace period that is no number", { gracePeriodSeconds: "soon" }, 400],
    ["another object", { preconditions: { uid: "x" } }, 409],
    ["another version", { preconditions: { resourceVersion: "1" } }, 409],
  ])("refuses %s", async (_, body, status) => {
    const server = await withMap();
    expect((await server.send("DELETE", `${maps}/a`, body)).status).toBe(status);
    expect((await server.get(`${maps}/a`)).status).toBe(200);
  });

  it("minds preconditions that hold", async () => {
    const server = await withMap();
    const { uid, resourceVersion } = (await server.get(`${maps}/a`)).body.metadata;
    expect((await server.send("DELETE", `${maps}/a`, { preconditions: { uid, resourceVersion } })).status).toBe(200);
  });

  it("takes a negative grace period for a second", async () => {
    const server = await TestApi.open();
    const spec = { nodeName: "b1", containers: [{ name: "a", image: "hello" }] };
    await server.send("POST", pods, { metadata: { name: "p" }, spec });
    const { body } = await server.send("DELETE", `${pods}/p?gracePeriodSeconds=-5`);
    expect(body.metadata.deletionGracePeriodSeconds).toBe(1);
  });

  it.each(["?dryRun=All", ""])("writes nothing in a dry run%s", async (query) => {
    const server = await withMap();
    const before = server.store.transactions;
    const body = query === "" ? { dryRun: ["All"] } : undefined;
    expect((await server.send("DELETE", `${maps}/a${query}`, body)).status).toBe(200);
    expect((await server.send("DELETE", `${maps}${query}`, body)).body.items).toHaveLength(1);
    expect(server.store.transactions).toBe(before);
  });
});

describe("the deletion of a collection", () => {
  it("takes what is selected by labels and fields, with the options of each", async () => {
    const server = await TestApi.open();
    for (const name of ["a", "b", "c"]) await server.send("POST", maps, configMap(name, { labels: { of: name } }));
    const selector = encodeURIComponent("of in (a,b)");
    const options = { propagationPolicy: "Foreground" };
    expect((await server.send("DELETE", `${maps}?labelSelector=${selector}`, options)).body.items).toHaveLength(2);
    const left = (await server.get(maps)).body.items;
    expect(left.map(({ metadata }: Loose) => metadata.finalizers)).toEqual([
      ["foregroundDeletion"],
      ["foregroundDeletion"],
      undefined,
    ]);
    await server.send("DELETE", `${maps}?fieldSelector=metadata.name%3Dc`);
    expect((await server.get(`${maps}/c`)).status).toBe(404);
  });

  it("takes many at once", async () => {
    const server = await TestApi.open();
    for (let index = 0; index < 100; index += 1) await server.send("POST", maps, configMap(`m${index}`));
    await server.send("DELETE", maps);
    expect((await server.get(maps)).body.items).toEqual([]);
  });
});
