import { describe, expect, it } from "vitest";
import { TestApi } from "../testing/test-api.ts";

const events = "/api/v1/namespaces/default/events";

function event(name: string, namespace = "default") {
  const involvedObject = { kind: "Pod", namespace, name: "p" };
  return { apiVersion: "v1", kind: "Event", metadata: { name }, involvedObject, reason: "Started", count: 1 };
}

const merge = "application/merge-patch+json";

describe("events through the API", () => {
  it("are made, counted, listed, selected and deleted without a write of the fleet's store", async () => {
    const server = await TestApi.open();
    const { transactions } = server.store;
    const { revision } = server.store.reader;
    expect((await server.send("POST", events, event("a"))).status).toBe(201);
    expect((await server.send("POST", events, event("a"))).status).toBe(409);
    await server.send("POST", events, event("b"));
    expect((await server.send("PATCH", `${events}/a`, { count: 2 }, merge)).body.count).toBe(2);
    expect((await server.send("DELETE", `${events}/b`)).status).toBe(200);
    const list = await server.get(`${events}?fieldSelector=involvedObject.name%3Dp`);
    expect(list.body.items).toMatchObject([{ metadata: { name: "a" }, count: 2 }]);
    expect((await server.get("/api/v1/events")).body.items).toHaveLength(1);
    expect(server.store.transactions).toBe(transactions);
    expect(server.store.reader.revision).toBe(revision);
  });

  it("are there while the fleet has no leader", async () => {
    const server = await TestApi.open();
    server.store.leader = "none";
    expect((await server.send("POST", events, event("a"))).status).toBe(201);
    expect((await server.get(events)).body.items).toHaveLength(1);
  });

  it("are refused in a namespace that is not there", async () => {
    const server = await TestApi.open();
    expect((await server.send("POST", "/api/v1/namespaces/nowhere/events", event("a", "nowhere"))).status).toBe(404);
  });

  it("are watched from a list on, and elsewhere listed anew", async () => {
    const [server, other] = [await TestApi.open(), await TestApi.open(2)];
    await server.send("POST", events, event("a"));
    const { resourceVersion } = (await server.get(events)).body.metadata;
    const watch = server.watch(`${events}?resourceVersion=${resourceVersion}`);
    await server.send("POST", events, event("b"));
    expect(await watch.next()).toMatchObject({ type: "ADDED", object: { metadata: { name: "b" } } });
    watch.end();
    const expired = { type: "ERROR", object: { code: 410, reason: "Expired" } };
    expect(await other.watch(`${events}?resourceVersion=${resourceVersion}`).next()).toMatchObject(expired);
    const { resourceVersion: others } = (await other.get(events)).body.metadata;
    expect(await server.watch(`${events}?resourceVersion=${others}`).next()).toMatchObject(expired);
  });

  it("are forgotten after an hour without news of them", async () => {
    const server = await TestApi.open();
    await server.send("POST", events, event("a"));
    await server.send("POST", events, event("b"));
    server.clock.advance(3_000_000);
    await server.send("PATCH", `${events}/b`, { count: 2 }, merge);
    server.clock.advance(700_000);
    expect((await server.get(events)).body.items).toMatchObject([{ metadata: { name: "b" } }]);
    server.clock.advance(3_600_000);
    expect((await server.get(events)).body.items).toEqual([]);
    expect(server.clock.pending).toBe(0);
  });
});
