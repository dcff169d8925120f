import { describe, expect, it } from "vitest";
import { type Loose, TestApi } from "./testing/test-api.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

describe("creating", () => {
  it("refuses a name that is taken, though a prefix is given too", async () => {
    const server = await TestApi.open();
    const body = { metadata: { name: "a", generateName: "a-" } };
    expect((await server.send("POST", maps, body)).body.metadata).toMatchObject(body.metadata);
    expect(await server.send("POST", maps, body)).toMatchObject({ status: 409, body: { reason: "AlreadyExists" } });
  });

  it.each([
    ["a list", { apiVersion: "v1", kind: "List", items: [] }],
    ["a list of the kind", { apiVersion: "v1", kind: "ConfigMapList", items: [] }],
    ["an array", [{ metadata: { name: "a" } }]],
    ["metadata that is none", { metadata: "a" }],
    ["labels that are none", { metadata: { name: "a", labels: { a: 1 } } }],
  ])("refuses %s", async (_, body) => {
    const server = await TestApi.open();
    expect(await server.send("POST", maps, body)).toMatchObject({ status: 400, body: { reason: "BadRequest" } });
  });

  it("refuses options that make no sense", async () => {
    const server = await TestApi.open();
    const long = "m".repeat(129);
    const body = { metadata: { name: "a" } };
    expect((await server.send("POST", `${maps}?fieldManager=${long}`, body)).status).toBe(422);
    expect((await server.send("POST", `${maps}?fieldManager=a%00b`, body)).status).toBe(422);
    expect((await server.send("POST", `${maps}?dryRun=Some`, body)).status).toBe(400);
  });
});

describe("a PUT", () => {
  const lease = (metadata: object = {}) => ({ metadata: { name: "l", ...metadata }, spec: { holderIdentity: "me" } });

  it("of what is missing is a 404, but for kinds whose clients create that way", async () => {
    const server = await TestApi.open();
    expect((await server.send("PUT", `${maps}/a`, { metadata: { name: "a" } })).status).toBe(404);
    expect((await server.send("PUT", `${leases}/l`, lease({ resourceVersion: "7" }))).status).toBe(404);
    expect((await server.send("PUT", `${leases}/other`, lease())).status).toBe(400);
    const created = await server.send("PUT", `${leases}/l`, lease());
    expect(created).toMatchObject({ status: 201, body: { kind: "Lease", metadata: { namespace: "default" } } });
  });

  it("names a version where clients must not overwrite one another", async () => {
    const server = await TestApi.open();
    const { body } = await server.send("POST", leases, lease());
    const reply = await server.send("PUT", `${leases}/l`, lease());
    expect(reply.body.message).toContain("metadata.resourceVersion: Invalid value: 0: must be specified for an update");
    expect((await server.send("PUT", `${leases}/l`, body)).status).toBe(200);
    const patch = { spec: { holderIdentity: "you" } };
    expect((await server.send("PATCH", `${leases}/l`, patch, "application/merge-patch+json")).status).toBe(200);
  });
});

describe("whoever may change objects", () => {
  it.each<[string, "PUT" | "PATCH", string, string, object]>([
    ["by a PUT", "PUT", `${leases}/l`, "", { metadata: { name: "l" } }],
    [
      "by a server-side apply",
      "PATCH",
      `${maps}/a`,
      "application/apply-patch+yaml",
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: {} },
    ],
  ])("may not therefore create them %s", async (_, method, path, contentType, body) => {
    const server = await TestApi.open();
    const rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "update", "patch"] }];
    const rbac = "/apis/rbac.authorization.k8s.io/v1";
    await server.send("POST", `${rbac}/clusterroles`, { metadata: { name: "changer" }, rules });
    await server.send("POST", `${rbac}/clusterrolebindings`, {
      metadata: { name: "changer" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "changer" },
      subjects: [{ kind: "User", name: "jane", apiGroup: "rbac.authorization.k8s.io" }],
    });
    const request = { method, path, contentType, body, query: { fieldManager: "me" } };
    const reply: Loose = await server.api.request(request, { user: "jane", groups: [] });
    expect(reply).toMatchObject({ status: 403, body: { reason: "Forbidden" } });
    expect(reply.body.message).toContain('User "jane" cannot create resource');
    expect((await server.get(path)).status).toBe(404);
  });
});
