import { describe, expect, it } from "vitest";
import { TestApi } from "./testing/test-api.ts";

const maps = "/api/v1/namespaces/default/configmaps";

function configMap(name: string, labels: Record<string, string> = {}) {
  return { metadata: { name, labels }, data: {} };
}

async function withMaps(...names: readonly string[]): Promise<TestApi> {
  const server = await TestApi.open();
  for (const name of names) await server.send("POST", maps, configMap(name, { odd: `${Number(name) % 2}` }));
  return server;
}

function label(server: TestApi, name: string, odd: string) {
  return server.send("PATCH", `${maps}/${name}`, { metadata: { labels: { odd } } }, "application/merge-patch+json");
}

describe("lists", () => {
  it("come in parts of one revision", async () => {
    const server = await withMaps("1", "2", "3", "4", "5");
    const first = await server.get(`${maps}?limit=2`);
    await server.send("DELETE", `${maps}/3`);
    const token = encodeURIComponent(first.body.metadata.continue);
    const rest = await server.get(`${maps}?limit=3&continue=${token}`);
    expect([...first.body.items, ...rest.body.items].map(({ metadata }) => metadata.name)).toEqual([
      "1",
      "2",
      "3",
      "4",
      "5",
    ]);
    expect(rest.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    expect(rest.body.metadata.continue).toBeUndefined();
    server.store.compact(Number(first.body.metadata.resourceVersion));
    await server.send("DELETE", `${maps}/4`);
    server.store.compact(server.store.reader.revision);
    const expired = await server.get(`${maps}?limit=2&continue=${token}`);
    expect(expired).toMatchObject({ status: 410, body: { reason: "Expired" } });
    const inconsistent = await server.get(`${maps}?continue=${expired.body.metadata.continue}`);
    expect(inconsistent.body.items).toMatchObject([{ metadata: { name: "5" } }]);
    expect(inconsistent.body.metadata.resourceVersion).toBe(`${server.store.reader.revision}`);
  });

  it("come whole, however many there are", async () => {
    const names = Array.from({ length: 501 }, (_, index) => `${1_000 + index}`);
    const server = await withMaps(...names);
    for (const query of ["", "?limit=501", "?limit=1000"]) {
      const { items } = (await server.get(`${maps}${query}`)).body;
      expect(items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(names);
    }
  });

  it("fill their parts with what is selected", async () => {
    const server = await withMaps("1", "2", "3", "4", "5");
    const first = await server.get(`${maps}?limit=2&labelSelector=odd%3D1`);
    expect(first.body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(["1", "3"]);
    const rest = await server.get(`${maps}?limit=2&labelSelector=odd%3D1&continue=${first.body.metadata.continue}`);
    expect(rest.body.items).toMatchObject([{ metadata: { name: "5" } }]);
    expect((await server.get(`${maps}?fieldSelector=metadata.name%3D4`)).body.items).toHaveLength(1);
    expect((await server.get("/api/v1/configmaps")).body.items).toHaveLength(5);
    expect((await server.get("/api/v1/namespaces/other/configmaps")).body.items).toEqual([]);
  });

  it("say how much remains, where that is known", async () => {
    const server = await withMaps("1", "2", "3", "4", "5");
    const first = await server.get(`${maps}?limit=2`);
    expect(first.body.metadata.remainingItemCount).toBe(3);
    const second = await server.get(`${maps}?limit=2&continue=${first.body.metadata.continue}`);
    expect(second.body.metadata.remainingItemCount).toBe(1);
    const last = await server.get(`${maps}?limit=2&continue=${second.body.metadata.continue}`);
    expect(last.body.metadata).toEqual({ resourceVersion: first.body.metadata.resourceVersion });
    const selected = await server.get(`${maps}?limit=2&labelSelector=odd%3D1`);
    expect(selected.body.metadata).not.toHaveProperty("remainingItemCount");
  });

  it("show the state of the version that is asked for, or a newer one", async () => {
    const server = await withMaps("1", "2");
    const at = server.store.reader.revision;
    await server.send("POST", maps, configMap("3"));
    const namesOf = async (query: string) =>
      (await server.get(`${maps}?${query}`)).body.items.map(
        (item: { metadata: { name: string } }) => item.metadata.name,
      );
    expect(await namesOf(`resourceVersion=${at}&resourceVersionMatch=Exact`)).toEqual(["1", "2"]);
    expect(await namesOf(`resourceVersion=${at}&limit=5`)).toEqual(["1", "2"]);
    expect(await namesOf(`resourceVersion=${at}&resourceVersionMatch=NotOlderThan`)).toEqual(["1", "2", "3"]);
    expect(await namesOf(`resourceVersion=${at}`)).toEqual(["1", "2", "3"]);
    expect(await namesOf("resourceVersion=0&resourceVersionMatch=NotOlderThan&limit=1")).toEqual(["1"]);
    server.store.compact(server.store.reader.revision);
    expect(await server.get(`${maps}?resourceVersion=${at}&resourceVersionMatch=Exact`)).toMatchObject({
      status: 410,
      body: { reason: "Expired" },
    });
  });

  it.each([
    ["resourceVersionMatch=Exact", 422],
    ["resourceVersionMatch=Exact&resourceVersion=0", 422],
    ["resourceVersionMatch=Newest&resourceVersion=1", 422],
    ["resourceVersionMatch=NotOlderThan&resourceVersion=1&continue=x", 422],
    ["sendInitialEvents=true", 422],
    ["resourceVersion=1&continue=x", 400],
    ["watch=true&resourceVersionMatch=NotOlderThan&resourceVersion=1", 422],
    ["watch=true&sendInitialEvents=true", 422],
    ["watch=true&sendInitialEvents=true&resourceVersionMatch=Exact", 422],
    ["watch=true&sendInitialEvents=perhaps&resourceVersionMatch=NotOlderThan", 400],
    ["watch=true&resourceVersion=x", 400],
  ])("and watches refuse %s with %i", async (query, status) => {
    const server = await TestApi.open();
    const isWatch = query.startsWith("watch");
    const code = isWatch
      ? (await server.watch(`${maps}?${query}`).next()).object.code
      : (await server.get(`${maps}?${query}`)).status;
    expect(code).toBe(status);
  });

  it("are of kinds that are kept", async () => {
    const server = await TestApi.open();
    const reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    expect((await server.get(reviews)).status).toBe(405);
    expect((await server.watch(reviews).next()).object.code).toBe(405);
  });

  it("find one object by its name without reading the others", async () => {
    const server = await withMaps("1", "11", "2");
    const { body } = await server.get(`${maps}?fieldSelector=metadata.name%3D1`);
    expect(body.items).toMatchObject([{ metadata: { name: "1" } }]);
    expect((await server.get("/api/v1/configmaps?fieldSelector=metadata.name%3D2")).body.items).toHaveLength(1);
  });

  it.each(["labelSelector=a%3D%3D%3D", "fieldSelector=spec.x%3D1", "limit=-1", "resourceVersion=x", "continue=xx"])(
    "refuse %s",
    async (query) => {
      const server = await TestApi.open();
      expect((await server.get(`${maps}?${query}`)).status).toBe(400);
    },
  );
});

describe("watches", () => {
  it("begin with what is there, and go on without a gap", async () => {
    const server = await withMaps("1");
    const watch = server.watch(`${maps}?resourceVersion=0`);
    expect(await watch.next()).toMatchObject({ type: "ADDED", object: { metadata: { name: "1" } } });
    await server.send("POST", maps, configMap("2"));
    await label(server, "2", "x");
    const deleted = await server.send("DELETE", `${maps}/2`);
    expect(deleted.status).toBe(200);
    expect(await watch.next()).toMatchObject({ type: "ADDED", object: { metadata: { name: "2" } } });
    expect(await watch.next()).toMatchObject({ type: "MODIFIED", object: { metadata: { labels: { odd: "x" } } } });
    const last = await watch.next();
    expect(last).toMatchObject({ type: "DELETED", object: { metadata: { name: "2", labels: { odd: "x" } } } });
    expect(Number(last.object.metadata.resourceVersion)).toBe(server.store.reader.revision);
    watch.end();
    await expect(watch.next()).rejects.toThrow("ended");
  });

  it("show what enters and leaves the selection", async () => {
    const server = await withMaps("1", "2");
    const at = server.store.reader.revision;
    const watch = server.watch(`${maps}?resourceVersion=${at}&labelSelector=odd%3D1`);
    await label(server, "2", "1");
    await label(server, "1", "0");
    await label(server, "1", "2");
    await label(server, "2", "3");
    expect(await watch.next()).toMatchObject({ type: "ADDED", object: { metadata: { name: "2" } } });
    expect(await watch.next()).toMatchObject({
      type: "DELETED",
      object: { metadata: { name: "1", labels: { odd: "1" }, resourceVersion: `${at + 2}` } },
    });
    expect(await watch.next()).toMatchObject({
      type: "DELETED",
      object: { metadata: { name: "2", labels: { odd: "1" } } },
    });
    watch.end();
  });

  it("follow one object by its path", async () => {
    const server = await withMaps("1");
    const watch = server.watch(`${maps}/1`);
    expect((await watch.next()).type).toBe("ADDED");
    await server.send("POST", maps, configMap("11"));
    await server.send("DELETE", `${maps}/1`);
    expect(await watch.next()).toMatchObject({ type: "DELETED", object: { metadata: { name: "1" } } });
    watch.end();
  });

  it("tell those who see nothing how far the fleet is", async () => {
    const server = await withMaps("1");
    const watch = server.watch(
      `${maps}?allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
    );
    expect((await watch.next()).type).toBe("ADDED");
    expect(await watch.next()).toMatchObject({
      type: "BOOKMARK",
      object: { kind: "ConfigMap", metadata: { annotations: { "k8s.io/initial-events-end": "true" } } },
    });
    const next = watch.next();
    for (let count = 0; count < 120; count += 1)
      await server.send("POST", "/api/v1/namespaces/kube-system/configmaps", configMap(`${count}`));
    expect((await next).type).toBe("BOOKMARK");
    watch.end();
  });

  it("begin with changes alone, where the client wants no state", async () => {
    const server = await withMaps("1");
    const watch = server.watch(`${maps}?sendInitialEvents=false&resourceVersionMatch=NotOlderThan`);
    const next = watch.next();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    await server.send("POST", maps, configMap("2"));
    expect(await next).toMatchObject({ type: "ADDED", object: { metadata: { name: "2" } } });
    watch.end();
  });

  it("tell of a few changes elsewhere after a minute, and of nothing while nothing changes", async () => {
    const server = await withMaps("1");
    const at = server.store.reader.revision;
    const watch = server.watch(`${maps}?allowWatchBookmarks=true&resourceVersion=${at}`);
    const next = watch.next();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect(server.clock.pending).toBe(0);
    await server.send("POST", "/api/v1/namespaces/kube-system/configmaps", configMap("a"));
    await server.send("POST", "/api/v1/namespaces/kube-system/configmaps", configMap("b"));
    await expect.poll(() => server.clock.pending).toBe(1);
    server.clock.advance(60_000);
    expect(await next).toMatchObject({ type: "BOOKMARK", object: { metadata: { resourceVersion: `${at + 2}` } } });
    const after = watch.next();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect(server.clock.pending).toBe(0);
    watch.end();
    await expect(after).rejects.toThrow("ended");
  });

  it("end by themselves when their time is over", async () => {
    const server = await TestApi.open();
    const watch = server.watch(`${maps}?resourceVersion=${server.store.reader.revision}&timeoutSeconds=5`);
    const next = watch.next();
    await expect.poll(() => server.clock.pending).toBe(1);
    server.clock.advance(5000);
    await expect(next).rejects.toThrow("ended");
    expect(server.clock.pending).toBe(0);
  });

  it("say what has been forgotten, or never was", async () => {
    const server = await withMaps("1", "2");
    server.store.compact(server.store.reader.revision);
    for (const at of [1, 1_000_000]) {
      const expired = { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } };
      expect(await server.watch(`${maps}?resourceVersion=${at}`).next()).toMatchObject(expired);
    }
  });
});

describe("a fleet without a leader", () => {
  it("answers from what this voter has, and says when it cannot", async () => {
    const server = await withMaps("1");
    server.store.leader = "none";
    expect((await server.get(`${maps}/1?resourceVersion=0`)).status).toBe(200);
    const refusal = { status: 503, body: { reason: "ServiceUnavailable", details: { retryAfterSeconds: 1 } } };
    expect(await server.get(`${maps}/1`)).toMatchObject(refusal);
    expect(await server.send("POST", maps, configMap("2"))).toMatchObject(refusal);
    const watch = server.watch(`${maps}?resourceVersion=0`);
    expect((await watch.next()).type).toBe("ADDED");
    watch.end();
  });

  it("keeps nobody waiting", async () => {
    const server = await withMaps("1");
    server.store.leader = "silent";
    const replies = [server.get(`${maps}/1`), server.send("POST", maps, configMap("2"))];
    await expect.poll(() => server.clock.pending).toBe(2);
    server.clock.advance(10_000);
    for (const reply of replies) expect(await reply).toMatchObject({ status: 504, body: { reason: "Timeout" } });
  });
});
