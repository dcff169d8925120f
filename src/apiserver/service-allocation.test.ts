import { beforeEach, describe, expect, it } from "vitest";
import { encodeObject } from "./storage/object-codec.ts";
import { type Loose, type LooseReply, TestApi } from "./testing/test-api.ts";

const services = "/api/v1/namespaces/default/services";
const mergePatch = "application/merge-patch+json";
const applyPatch = "application/apply-patch+yaml";
const ports = [{ port: 80, protocol: "TCP", targetPort: 80 }];
const claims = "/bramble/service-claims/";

let test: TestApi;
beforeEach(async () => {
  test = await TestApi.open();
});

const create = (name: string, spec: object = {}): Promise<LooseReply> =>
  test.send("POST", services, { metadata: { name }, spec: { ports, ...spec } });
/** As the wire carries it: without fields that are undefined. */
const patch = async (name: string, spec: object): Promise<LooseReply> =>
  JSON.parse(JSON.stringify(await test.send("PATCH", `${services}/${name}`, { spec }, mergePatch)));
const specOf = async (name: string): Promise<Loose> => (await test.get(`${services}/${name}`)).body.spec;
const anyAddress = expect.stringMatching(/^10\.43\.\d{1,3}\.\d{1,3}$/);
const aPort = { asymmetricMatch: (value: unknown) => typeof value === "number" && value >= 30_086 && value <= 32_767 };

/** What a fleet stored that gave no addresses yet. */
const stored = async (name: string, spec: object, metadata: object = {}) => {
  const object = {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name,
      namespace: "default",
      uid: `uid-${name}`,
      creationTimestamp: "2026-01-01T00:00:00Z",
      ...metadata,
    },
    spec: { type: "ClusterIP", sessionAffinity: "None", internalTrafficPolicy: "Cluster", ports, ...spec },
    status: { loadBalancer: {} },
  };
  const key = `/registry/core/services/default/${name}`;
  await test.store.transact({ compares: [], mutations: [{ type: "put", key, value: encodeObject(object) }] });
};

describe("a Service that is created", () => {
  it("has an address and families, which nobody owns", async () => {
    const { status, body } = await create("web");
    expect(status).toBe(201);
    expect(body.spec).toEqual({
      type: "ClusterIP",
      clusterIP: anyAddress,
      clusterIPs: [body.spec.clusterIP],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      internalTrafficPolicy: "Cluster",
      sessionAffinity: "None",
      ports,
    });
    expect(await specOf("web")).toEqual(body.spec);
    const owned = Object.keys(body.metadata.managedFields[0].fieldsV1["f:spec"]);
    expect(owned.sort()).toEqual(["f:internalTrafficPolicy", "f:ports", "f:sessionAffinity", "f:type"]);
  });

  it("is refused what another one has, and may have it once that one is gone", async () => {
    await create("web", { clusterIP: "10.43.0.9" });
    const { status, body } = await create("other", { clusterIP: "10.43.0.9" });
    expect([status, body.reason]).toEqual([422, "Invalid"]);
    expect(body.message).toBe(
      'Service "other" is invalid: spec.clusterIPs: Invalid value: ["10.43.0.9"]: failed to allocate IP 10.43.0.9: provided IP is already allocated',
    );
    await test.send("DELETE", `${services}/web`);
    expect((await create("other", { clusterIP: "10.43.0.9" })).status).toBe(201);
  });

  it("takes nothing where that is a dry run, and shows what it might be given", async () => {
    const { status, body } = await test.send("POST", `${services}?dryRun=All`, {
      metadata: { name: "web" },
      spec: { type: "NodePort", clusterIP: "10.43.0.9", ports: [{ port: 80 }] },
    });
    expect([status, body.spec.clusterIP, body.spec.ports[0].nodePort]).toEqual([201, "10.43.0.9", aPort]);
    expect((await test.store.reader.range({ prefix: claims })).items).toEqual([]);
    const nodePort = body.spec.ports[0].nodePort;
    const spec = { type: "NodePort", clusterIP: "10.43.0.9", ports: [{ port: 80, nodePort }] };
    expect((await create("other", spec)).status).toBe(201);
  });

  it("costs the store no more keys, however many there were", async () => {
    for (let at = 0; at < 600; at += 1) {
      expect((await create(`web-${at}`)).status).toBe(201);
      await test.send("DELETE", `${services}/web-${at}`);
    }
    const { items } = await test.store.reader.range({ prefix: claims });
    expect(items.length).toBeLessThanOrEqual(256);
    expect(items.length).toBeGreaterThan(200);
  });
});

describe("all Services that are created at once", () => {
  it("have addresses and ports of their own", async () => {
    const made = await Promise.all(Array.from({ length: 150 }, (_, at) => create(`web-${at}`, { type: "NodePort" })));
    expect(made.filter(({ status }) => status !== 201).map(({ body }) => body)).toEqual([]);
    expect(new Set(made.map(({ body }) => body.spec.clusterIP)).size).toBe(150);
    expect(new Set(made.map(({ body }) => body.spec.ports[0].nodePort)).size).toBe(150);
  });

  it("are one, where all of them name the same address or port", async () => {
    const named = (at: number) => create(`ip-${at}`, { clusterIP: "10.43.0.77" });
    const opened = (at: number) => create(`port-${at}`, { type: "NodePort", ports: [{ port: 80, nodePort: 30_077 }] });
    const all = Array.from({ length: 20 }, (_, at) => at);
    const byAddress = (await Promise.all(all.map(named))).map(({ status }) => status);
    const byPort = (await Promise.all(all.map(opened))).map(({ status }) => status);
    for (const codes of [byAddress, byPort]) {
      expect(codes.filter((code) => code === 201)).toHaveLength(1);
      expect(codes.filter((code) => code === 422)).toHaveLength(19);
    }
  });
});

/** As "should be able to change the type from … to …" of Kubernetes' e2e tests has them. */
describe("a Service that changes its type", () => {
  const named = { type: "ExternalName", externalName: "example.com" };

  it("from ExternalName to ClusterIP", async () => {
    await create("web", { ...named, ports: undefined });
    const { body } = await patch("web", { type: "ClusterIP", externalName: null, ports });
    expect(body.spec).toMatchObject({ clusterIP: anyAddress, ipFamilies: ["IPv4"], ports: [{ port: 80 }] });
    expect(body.spec).not.toHaveProperty("externalName");
    expect(body.spec.ports[0]).not.toHaveProperty("nodePort");
  });

  it("from ExternalName to NodePort", async () => {
    await create("web", { ...named, ports: undefined });
    const { body } = await patch("web", { type: "NodePort", externalName: null, ports });
    expect(body.spec).toMatchObject({ clusterIP: anyAddress, ports: [{ port: 80, nodePort: aPort }] });
  });

  it.each(["ClusterIP", "NodePort"])("from %s to ExternalName, and gives back what it had", async (type) => {
    const { clusterIP, ports: had } = (await create("web", { type })).body.spec;
    const { body } = await patch("web", named);
    for (const field of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"])
      expect(body.spec).not.toHaveProperty(field);
    expect(body.spec.ports[0]).not.toHaveProperty("nodePort");
    const again = await create("heir", { type, clusterIP, ports: had });
    expect([again.status, again.body.spec.ports[0].nodePort]).toEqual([201, had[0].nodePort]);
  });

  it("from ClusterIP to NodePort and back keeps its address, and gives its port back", async () => {
    const { clusterIP } = (await create("web")).body.spec;
    const opened = (await patch("web", { type: "NodePort" })).body;
    expect(opened.spec).toMatchObject({ clusterIP, externalTrafficPolicy: "Cluster", ports: [{ nodePort: aPort }] });
    const owners = JSON.stringify(opened.metadata.managedFields);
    expect(owners).not.toContain("nodePort");
    const { nodePort } = opened.spec.ports[0];
    const closed = (await patch("web", { type: "ClusterIP" })).body.spec;
    expect(closed).toMatchObject({ clusterIP });
    expect(closed.ports[0]).not.toHaveProperty("nodePort");
    expect((await create("heir", { type: "NodePort", ports: [{ port: 80, nodePort }] })).status).toBe(201);
  });

  it("to LoadBalancer has a port to ask for health only while traffic is local", async () => {
    await create("web");
    const local = { type: "LoadBalancer", externalTrafficPolicy: "Local" };
    expect((await patch("web", local)).body.spec).toMatchObject({
      healthCheckNodePort: aPort,
      allocateLoadBalancerNodePorts: true,
      ports: [{ nodePort: aPort }],
    });
    expect((await patch("web", { externalTrafficPolicy: "Cluster" })).body.spec).not.toHaveProperty(
      "healthCheckNodePort",
    );
  });
});

describe("a manifest that is sent again", () => {
  const manifest = { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { type: "NodePort", ports } };

  it("changes nothing, by PUT or by server-side apply", async () => {
    const first = await test.send("POST", services, manifest);
    const put = await test.send("PUT", `${services}/web`, manifest);
    expect([put.status, put.body]).toEqual([200, first.body]);
    const url = `${services}/applied?fieldManager=me`;
    const applied = { ...manifest, metadata: { name: "applied" } };
    const created = await test.send("PATCH", url, applied, applyPatch);
    const again = await test.send("PATCH", url, applied, applyPatch);
    expect([created.status, again.status, again.body]).toEqual([201, 200, created.body]);
    const owned = created.body.metadata.managedFields[0].fieldsV1["f:spec"];
    expect(Object.keys(owned).sort()).toEqual(["f:ports", "f:type"]);
    expect(JSON.stringify(owned)).not.toContain("nodePort");
  });

  it("keeps the number of a port that is applied without one", async () => {
    const url = `${services}/web?fieldManager=me`;
    const { body } = await test.send("PATCH", url, manifest, applyPatch);
    const more = [...ports, { name: "more", port: 81, protocol: "TCP", targetPort: 81 }];
    const two = { ...manifest, spec: { ...manifest.spec, ports: more.map((p) => ({ name: `p${p.port}`, ...p })) } };
    const after = (await test.send("PATCH", url, two, applyPatch)).body.spec;
    expect(after.ports[0].nodePort).toBe(body.spec.ports[0].nodePort);
    expect(after.ports[1].nodePort).not.toBe(after.ports[0].nodePort);
  });
});

describe("Services that were stored before addresses were given out", () => {
  it("are given one at their next write, and keep those that they named", async () => {
    await stored("old", {});
    await stored("named", { clusterIP: "10.43.0.50", clusterIPs: ["10.43.0.50"] });
    expect(await specOf("old")).not.toHaveProperty("clusterIP");
    const { body } = await test.send("PATCH", `${services}/old`, { metadata: { labels: { a: "b" } } }, mergePatch);
    expect(body.spec).toMatchObject({ clusterIP: anyAddress, ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" });
    expect((await create("late", { clusterIP: "10.43.0.50" })).status).toBe(422);
  });

  it("that share an address keep it, and it is free when both are gone", async () => {
    for (const name of ["a", "b"]) await stored(name, { clusterIP: "10.43.0.51", clusterIPs: ["10.43.0.51"] });
    const touched = await test.send("PATCH", `${services}/a`, { metadata: { labels: { a: "b" } } }, mergePatch);
    expect([touched.status, touched.body.spec.clusterIP]).toEqual([200, "10.43.0.51"]);
    await test.send("DELETE", `${services}/a`);
    expect((await create("heir", { clusterIP: "10.43.0.51" })).status).toBe(422);
    await test.send("DELETE", `${services}/b`);
    expect((await create("heir", { clusterIP: "10.43.0.51" })).status).toBe(201);
  });
});

it("a full range is told as Kubernetes tells it, and what waits to vanish still may", async () => {
  const count = 2768;
  const all = Array.from({ length: 28 }, (_, service) =>
    Array.from({ length: 99 }, (_, at) => service * 99 + at).filter((at) => at < count),
  );
  for (const [index, numbers] of all.entries()) {
    const list = numbers.map((at) => ({ name: `p${at}`, port: at + 1, nodePort: 30_000 + at }));
    const { status, body } = await create(`full-${index}`, { type: "NodePort", ports: list });
    expect([status, body.message]).toEqual([201, undefined]);
  }
  const { status, body } = await create("late", { type: "NodePort" });
  expect([status, body.reason, body.message]).toEqual([
    500,
    "InternalError",
    "Internal error occurred: failed to allocate a nodePort: range is full",
  ]);
  await stored(
    "dying",
    { type: "NodePort" },
    { finalizers: ["example.com/f"], deletionTimestamp: "2026-01-01T00:00:00Z" },
  );
  const finalizers = { metadata: { finalizers: null } };
  expect((await test.send("PATCH", `${services}/dying`, finalizers, mergePatch)).status).toBe(200);
  expect((await test.get(`${services}/dying`)).status).toBe(404);
  await test.send("DELETE", `${services}/full-3`);
  expect((await create("late", { type: "NodePort" })).body.spec.ports[0].nodePort).toBeGreaterThanOrEqual(30_297);
});
