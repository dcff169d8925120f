import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HttpsReply, TestHttps } from "../../testing/test-https.ts";

const server = await TestHttps.open();
afterAll(() => server.server.close());

const home = "/api/v1/namespaces/default";
const secretVolume = (secretName: string) => ({ volumes: [{ name: "v", secret: { secretName } }] });

function asBoard(path: string, method = "GET", body?: object, contentType?: string): Promise<HttpsReply> {
  const headers = contentType === undefined ? {} : { "content-type": contentType };
  return server.ask(path, {
    method,
    headers,
    as: server.board,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

function patchAsBoard(path: string, body: object): Promise<HttpsReply> {
  return asBoard(path, "PATCH", body, "application/merge-patch+json");
}

async function addPod(name: string, nodeName: string, spec: object = {}): Promise<void> {
  const containers = [{ name: "main", image: "hello" }];
  const body = { metadata: { name }, spec: { nodeName, serviceAccountName: name, containers, ...spec } };
  await server.fleet.send("POST", `${home}/serviceaccounts`, { metadata: { name } });
  expect((await server.fleet.send("POST", `${home}/pods`, body)).status).toBe(201);
}

beforeAll(async () => {
  for (const name of ["b1", "b2"]) await server.fleet.send("POST", "/api/v1/nodes", { metadata: { name } });
  for (const name of ["mine", "theirs", "nobodys"]) {
    await server.fleet.send("POST", `${home}/secrets`, { metadata: { name } });
    await server.fleet.send("POST", `${home}/configmaps`, { metadata: { name } });
  }
  const envFrom = [{ configMapRef: { name: "mine" } }];
  await addPod("mine", "b1", { ...secretVolume("mine"), containers: [{ name: "main", image: "hello", envFrom }] });
  await addPod("theirs", "b2", secretVolume("theirs"));
});

describe("a board's credential", () => {
  it.each([
    ["a secret that its pod uses", `${home}/secrets/mine`, 200],
    ["a secret that only another board's pod uses", `${home}/secrets/theirs`, 403],
    ["a secret none of its pods uses", `${home}/secrets/nobodys`, 403],
    ["all secrets", `${home}/secrets`, 403],
    ["the secrets of every namespace", "/api/v1/secrets", 403],
    ["a ConfigMap that its pod uses", `${home}/configmaps/mine`, 200],
    ["a ConfigMap that none uses", `${home}/configmaps/nobodys`, 403],
    ["one ConfigMap, as a list", `${home}/configmaps?fieldSelector=metadata.name%3Dmine`, 200],
    ["its pod", `${home}/pods/mine`, 200],
    ["another board's pod", `${home}/pods/theirs`, 403],
    ["its pods", "/api/v1/pods?fieldSelector=spec.nodeName%3Db1", 200],
    ["another board's pods", "/api/v1/pods?fieldSelector=spec.nodeName%3Db2", 403],
    ["all pods but its own", "/api/v1/pods?fieldSelector=spec.nodeName!%3Db1", 403],
    ["all pods", "/api/v1/pods", 403],
    ["its Node", "/api/v1/nodes/b1", 200],
    ["another Node", "/api/v1/nodes/b2", 403],
    ["all Nodes", "/api/v1/nodes", 403],
    ["namespaces", "/api/v1/namespaces", 403],
    ["who has which rights", "/apis/rbac.authorization.k8s.io/v1/clusterroles", 403],
  ])("reads %s: %s -> %i", async (_, path, status) => {
    expect((await asBoard(path)).status).toBe(status);
  });

  it("tells that a secret is none of its business in Kubernetes' words", async () => {
    expect((await asBoard(`${home}/secrets/theirs`)).json.message).toBe(
      `secrets "theirs" is forbidden: User "system:node:b1" cannot get resource "secrets" in API group "" in the namespace "default": no relationship found between node 'b1' and this object`,
    );
  });

  it("reports on its own pods and its own Node alone", async () => {
    const status = { status: { message: "well" } };
    expect((await patchAsBoard(`${home}/pods/mine/status`, status)).status).toBe(200);
    expect((await patchAsBoard(`${home}/pods/theirs/status`, status)).status).toBe(403);
    expect((await patchAsBoard(`${home}/pods/mine`, { metadata: { labels: { a: "b" } } })).status).toBe(403);
    const labelled = { metadata: { labels: { app: "other" } }, ...status };
    expect((await patchAsBoard(`${home}/pods/mine/status`, labelled)).json.message).toContain("cannot update labels");
    const capacity = { status: { capacity: { cpu: "4" } } };
    expect((await patchAsBoard("/api/v1/nodes/b1/status", capacity)).status).toBe(200);
    expect((await patchAsBoard("/api/v1/nodes/b2/status", capacity)).status).toBe(403);
  });

  it("labels no pod, though whoever reports a status may label what it is about", async () => {
    const labels = { metadata: { labels: { app: "stolen" } }, status: { phase: "Running" } };
    const reply = await patchAsBoard(`${home}/pods/mine/status`, labels);
    expect(reply.status).toBe(403);
    expect(reply.json.message).toContain("cannot update labels through pod status");
  });

  it("makes no pods, and removes only its own", async () => {
    const containers = [{ name: "main", image: "hello" }];
    const body = { metadata: { name: "new" }, spec: { nodeName: "b1", containers } };
    expect((await asBoard(`${home}/pods`, "POST", body)).status).toBe(403);
    expect((await asBoard(`${home}/pods/theirs`, "DELETE")).status).toBe(403);
  });

  it.each([
    ["a role", { metadata: { labels: { "node-role.kubernetes.io/voter": "" } } }],
    ["a label that keeps pods apart", { metadata: { labels: { "example.node-restriction.kubernetes.io/zone": "a" } } }],
    ["taints", { spec: { taints: [{ key: "a", effect: "NoSchedule" }] } }],
  ])("does not give its own Node %s", async (_, patch) => {
    expect(await patchAsBoard("/api/v1/nodes/b1", patch)).toMatchObject({ status: 403, json: { reason: "Forbidden" } });
  });

  it("says what kind of board it is", async () => {
    const labels = { "kubernetes.io/arch": "arm64", "bramble.io/board-model": "pi" };
    expect((await patchAsBoard("/api/v1/nodes/b1", { metadata: { labels } })).status).toBe(200);
    expect((await patchAsBoard("/api/v1/nodes/b2", { metadata: { labels } })).status).toBe(403);
    expect((await asBoard("/api/v1/nodes", "POST", { metadata: { name: "b3" } })).status).toBe(403);
  });

  it("gets tokens for the pods that it runs, and no others", async () => {
    const token = (account: string, podName?: string) =>
      asBoard(`${home}/serviceaccounts/${account}/token`, "POST", {
        spec: podName === undefined ? {} : { boundObjectRef: { apiVersion: "v1", kind: "Pod", name: podName } },
      });
    expect((await token("mine", "mine")).status).toBe(201);
    expect((await token("mine")).json.message).toContain("not bound to a pod of its own");
    expect((await token("theirs", "theirs")).status).toBe(403);
  });
});

describe("another identity", () => {
  it("is no board by its name alone", async () => {
    const headers = { "impersonate-user": "system:node:b1" };
    expect((await server.ask(`${home}/secrets/mine`, { headers })).status).toBe(403);
  });
});
