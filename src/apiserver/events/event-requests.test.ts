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

describe("events in events.k8s.io/v1", () => {
  const newer = "/apis/events.k8s.io/v1/namespaces/default/events";
  const body = {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: "n" },
    eventTime: "2026-01-02T03:04:05.000006Z",
    reportingController: "example.com/c",
    reportingInstance: "c-1",
    action: "Starting",
    reason: "Started",
    regarding: { kind: "Pod", namespace: "default", name: "p" },
    note: "it runs",
    type: "Normal",
  };

  it("are the events of v1 in other words, whichever version a request speaks", async () => {
    const server = await TestApi.open();
    expect(await server.send("POST", newer, body)).toMatchObject({ status: 201, body });
    expect((await server.get(`${events}/n`)).body).toMatchObject({
      apiVersion: "v1",
      kind: "Event",
      involvedObject: { name: "p" },
      message: "it runs",
      reportingComponent: "example.com/c",
    });
    await server.send("POST", events, event("a"));
    const list = (await server.get(`${newer}?fieldSelector=regarding.name%3Dp`)).body;
    expect(list).toMatchObject({
      apiVersion: "events.k8s.io/v1",
      kind: "EventList",
      items: [{ metadata: { name: "a" }, deprecatedCount: 1, apiVersion: "events.k8s.io/v1" }, body],
    });
    expect((await server.send("PATCH", `${newer}/n`, { note: "it ran" }, merge)).body.note).toBe("it ran");
    expect((await server.get(`${events}/n`)).body.message).toBe("it ran");
    const { resourceVersion, ...metadata } = (await server.get(`${newer}/n`)).body.metadata;
    const put = await server.send("PUT", `${newer}/n`, { ...body, metadata: { ...metadata, resourceVersion } });
    expect(put.body).toMatchObject(body);
    expect((await server.send("DELETE", `${newer}/n`)).status).toBe(200);
    expect((await server.get(events)).body.items).toHaveLength(1);
  });

  it("are watched in the version that is asked for", async () => {
    const server = await TestApi.open();
    await server.send("POST", events, event("a"));
    const watch = server.watch(`${newer}?fieldSelector=reason%3DStarted`);
    const seen = { apiVersion: "events.k8s.io/v1", regarding: { name: "p" }, deprecatedCount: 1 };
    expect(await watch.next()).toMatchObject({ type: "ADDED", object: seen });
    await server.send("PATCH", `${events}/a`, { reason: "Stopped" }, merge);
    expect(await watch.next()).toMatchObject({ type: "DELETED", object: { ...seen, reason: "Started" } });
    watch.end();
  });

  it("must say what the older version leaves open", async () => {
    const server = await TestApi.open();
    const { eventTime: _, ...timeless } = body;
    const refused = await server.send("POST", newer, timeless);
    expect(refused).toMatchObject({ status: 422, body: { details: { causes: [{ field: "eventTime" }] } } });
  });
});
