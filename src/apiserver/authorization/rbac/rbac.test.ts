import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBootstrapObjects } from "../../bootstrap-objects.ts";
import { administrator } from "../../testing/test-api.ts";
import { type HttpsReply, TestHttps } from "../../testing/test-https.ts";

const server = await TestHttps.open();
afterAll(() => server.server.close());

const rbac = "/apis/rbac.authorization.k8s.io/v1";
const home = "/api/v1/namespaces/default";
const readPods = [{ verbs: ["get", "list", "watch"], apiGroups: [""], resources: ["pods"] }];
const manageRoles = [
  {
    verbs: ["get", "list", "create", "patch"],
    apiGroups: ["rbac.authorization.k8s.io"],
    resources: ["roles", "rolebindings", "clusterroles"],
  },
];
const user = (name: string) => ({ kind: "User", name });
const roleRef = (name: string, kind = "ClusterRole") => ({ kind, name });

function asUser(name: string, path: string, method = "GET", body?: object): Promise<HttpsReply> {
  const headers = {
    "impersonate-user": name,
    ...(method === "PATCH" && { "content-type": "application/merge-patch+json" }),
  };
  return server.ask(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
}

async function give(kind: string, namespace: string, body: object) {
  const place = namespace === "" ? "" : `/namespaces/${namespace}`;
  const reply = await server.fleet.send("POST", `${rbac}${place}/${kind}`, body);
  expect(reply.status).toBe(201);
}

beforeAll(async () => {
  await server.fleet.send("POST", "/api/v1/namespaces", { metadata: { name: "other" } });
  await give("clusterroles", "", { metadata: { name: "pod-reader" }, rules: readPods });
  await give("clusterroles", "", { metadata: { name: "role-manager" }, rules: manageRoles });
  await give("rolebindings", "default", {
    metadata: { name: "jane" },
    roleRef: roleRef("pod-reader"),
    subjects: [user("jane"), user("owner")],
  });
  await give("rolebindings", "default", {
    metadata: { name: "owner" },
    roleRef: roleRef("role-manager"),
    subjects: [user("owner")],
  });
});

describe("a user who may read pods in one namespace", () => {
  it("reads there, writes nothing, and reads nothing elsewhere, and is told so in Kubernetes' words", async () => {
    await expect.poll(async () => (await asUser("jane", `${home}/pods`)).status).toBe(200);
    expect(await asUser("jane", "/api/v1/namespaces/other/pods")).toMatchObject({
      status: 403,
      json: {
        message: 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "other"',
        reason: "Forbidden",
        details: { kind: "pods" },
      },
    });
    expect((await asUser("jane", `${home}/pods/p`, "DELETE")).json.message).toBe(
      'pods "p" is forbidden: User "jane" cannot delete resource "pods" in API group "" in the namespace "default"',
    );
    expect((await asUser("jane", "/apis/apps/v1/daemonsets")).json.message).toBe(
      'daemonsets.apps is forbidden: User "jane" cannot list resource "daemonsets" in API group "apps" at the cluster scope',
    );
    expect((await asUser("jane", `${home}/secrets/s`)).status).toBe(403);
    expect((await asUser("jane", "/metrics")).json.message).toBe('forbidden: User "jane" cannot get path "/metrics"');
  });

  it("finds out what there is, like anybody who is known", async () => {
    for (const path of ["/api", "/apis", "/apis/apps/v1", "/openapi/v2", "/version"]) {
      expect((await asUser("jane", path)).status).toBe(200);
    }
  });

  it("may not act as anybody else", async () => {
    const { token } = (
      await server.fleet
        .send("POST", `${home}/serviceaccounts`, { metadata: { name: "bot" } })
        .then(() => server.fleet.send("POST", `${home}/serviceaccounts/bot/token`, {}))
    ).body.status;
    const as = (headers: Record<string, string>) =>
      server.ask(`${home}/pods`, { as: undefined, headers: { authorization: `Bearer ${token}`, ...headers } });
    expect((await as({ "impersonate-user": "jane" })).json.message).toBe(
      'users "jane" is forbidden: User "system:serviceaccount:default:bot" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
    await give("clusterroles", "", {
      metadata: { name: "jane-player" },
      rules: [{ verbs: ["impersonate"], apiGroups: [""], resources: ["users"], resourceNames: ["jane"] }],
    });
    await give("clusterrolebindings", "", {
      metadata: { name: "jane-player" },
      roleRef: roleRef("jane-player"),
      subjects: [{ kind: "ServiceAccount", namespace: "default", name: "bot" }],
    });
    await expect.poll(async () => (await as({ "impersonate-user": "jane" })).status).toBe(200);
    expect((await as({ "impersonate-user": "admin" })).status).toBe(403);
    const more = await as({ "impersonate-user": "jane", "impersonate-group": "system:masters" });
    expect(more.json.message).toContain('groups "system:masters" is forbidden');
    expect((await as({ "impersonate-user": "jane", "impersonate-extra-scopes": "all" })).json.message).toContain(
      'cannot impersonate resource "userextras/scopes" in API group "authentication.k8s.io"',
    );
    expect((await as({ "impersonate-user": "jane", "impersonate-uid": "1" })).json.message).toContain("uids");
  });
});

it("takes a right away within a second, with and without a leader", async () => {
  await give("rolebindings", "other", {
    metadata: { name: "joe" },
    roleRef: roleRef("pod-reader"),
    subjects: [user("joe")],
  });
  const status = async () => (await asUser("joe", "/api/v1/namespaces/other/pods?resourceVersion=0")).status;
  await expect.poll(status).toBe(200);
  server.fleet.store.leader = "none";
  const withoutLeader = await status();
  server.fleet.store.leader = "there";
  expect(withoutLeader).toBe(200);
  await server.fleet.send("DELETE", `${rbac}/namespaces/other/rolebindings/joe`);
  await expect.poll(status, { timeout: 1000 }).toBe(403);
});

describe("who may manage roles", () => {
  const roles = `${rbac}/namespaces/default/roles`;
  const bindings = `${rbac}/namespaces/default/rolebindings`;

  it("grants what he has, and nothing else", async () => {
    await expect.poll(async () => (await asUser("owner", roles)).status).toBe(200);
    const granted = await asUser("owner", roles, "POST", { metadata: { name: "pods" }, rules: readPods });
    expect(granted.status).toBe(201);
    const rules = [{ verbs: ["get"], apiGroups: [""], resources: ["secrets"] }];
    const refused = await asUser("owner", roles, "POST", { metadata: { name: "secrets" }, rules });
    expect(refused).toMatchObject({ status: 403 });
    expect(refused.json.message).toBe(
      'roles.rbac.authorization.k8s.io "secrets" is forbidden: user "owner" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
    );
    expect((await asUser("owner", `${roles}/pods`, "PATCH", { rules })).status).toBe(403);
    expect((await asUser("owner", `${roles}/pods`, "PATCH", { metadata: { annotations: { a: "b" } } })).status).toBe(
      200,
    );
  });

  it("binds what he has, and nothing else", async () => {
    const bind = (role: string) =>
      asUser("owner", bindings, "POST", {
        metadata: { generateName: "b-" },
        roleRef: roleRef(role),
        subjects: [user("owner")],
      });
    expect((await bind("pod-reader")).status).toBe(201);
    expect((await bind("cluster-admin")).status).toBe(403);
    expect((await bind("nothing")).status).toBe(404);
    await give("clusterroles", "", {
      metadata: { name: "binder" },
      rules: [
        {
          verbs: ["bind"],
          apiGroups: ["rbac.authorization.k8s.io"],
          resources: ["clusterroles"],
          resourceNames: ["edit"],
        },
      ],
    });
    await give("rolebindings", "default", {
      metadata: { name: "binder" },
      roleRef: roleRef("binder"),
      subjects: [user("owner")],
    });
    await expect.poll(async () => (await bind("edit")).status).toBe(201);
    expect((await bind("cluster-admin")).status).toBe(403);
  });

  it("collects no roles that others will fill", async () => {
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] };
    await give("clusterrolebindings", "", {
      metadata: { name: "o" },
      roleRef: roleRef("role-manager"),
      subjects: [user("owner")],
    });
    await expect.poll(async () => (await asUser("owner", `${rbac}/clusterroles`)).status).toBe(200);
    const reply = await asUser("owner", `${rbac}/clusterroles`, "POST", { metadata: { name: "all" }, aggregationRule });
    expect(reply.status).toBe(403);
  });
});

it("mends default roles that have lost something, and keeps what people added", async () => {
  const path = `${rbac}/clusterroles/system:basic-user`;
  const added = { verbs: ["get"], apiGroups: [""], resources: ["nodes"] };
  await server.fleet.send("PATCH", path, { rules: [added] }, "application/merge-patch+json");
  await server.fleet.send("DELETE", `${rbac}/clusterrolebindings/system:discovery`);
  const kept = { metadata: { annotations: { "rbac.authorization.kubernetes.io/autoupdate": "false" } }, rules: [] };
  await server.fleet.send("PATCH", `${rbac}/clusterroles/system:monitoring`, kept, "application/merge-patch+json");
  await ensureBootstrapObjects(server.fleet.api.asTransport(administrator));
  expect((await server.fleet.get(path)).body.rules).toHaveLength(3);
  expect((await server.fleet.get(`${rbac}/clusterrolebindings/system:discovery`)).status).toBe(200);
  expect((await server.fleet.get(`${rbac}/clusterroles/system:monitoring`)).body.rules ?? []).toEqual([]);
  const before = server.fleet.store.transactions;
  await ensureBootstrapObjects(server.fleet.api.asTransport(administrator));
  expect(server.fleet.store.transactions).toBe(before);
});
