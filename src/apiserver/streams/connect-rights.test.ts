/** Who may connect to what runs in a pod: rights alone decide, the same ones whichever protocol a client chooses. */
import { spawn } from "node:child_process";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { eventually } from "../../lib/testing/eventually.ts";
import { StreamFleet } from "./testing/stream-fleet.ts";

const fleet = await StreamFleet.open();
/** To attach to. */
const main = spawn("sleep", ["1000"]);
fleet.board.running.set("main", main);
afterAll(async () => {
  main.kill();
  await fleet.close();
});

const rights = "/apis/rbac.authorization.k8s.io/v1";
const users = { looker: ["get"], maker: ["create"], changer: ["update", "patch"], both: ["get", "create"] };
type User = keyof typeof users;
const subresources = ["exec", "attach", "portforward"] as const;
type Subresource = (typeof subresources)[number];
const queries: Readonly<Record<Subresource, string>> = {
  exec: "stdout=true&command=true",
  attach: "stdout=true",
  portforward: "ports=80",
};
const pod = "/api/v1/namespaces/default/pods/web";

beforeAll(async () => {
  const api = fleet.https.fleet;
  const connections = subresources.map((name) => `pods/${name}`);
  const resources = [...connections, "pods/proxy", "services/proxy", "nodes/proxy"];
  for (const [name, verbs] of Object.entries(users)) {
    const rules = [{ apiGroups: [""], resources, verbs }];
    await api.send("POST", `${rights}/clusterroles`, { metadata: { name }, rules });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
    const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name }];
    await api.send("POST", `${rights}/clusterrolebindings`, { metadata: { name }, roleRef, subjects });
    const resourceAttributes = { verb: verbs[0], resource: "pods", subresource: "exec", namespace: "default" };
    const review = { spec: { user: name, resourceAttributes } };
    const reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    await eventually(`${name} has a right`, async () => (await api.send("POST", reviews, review)).body.status.allowed);
  }
});

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, body };
}

function overWebSocket(subresource: Subresource, user: User): Promise<Answer> {
  const { server, authority, administrator } = fleet.https;
  const url = `wss://127.0.0.1:${server.port}${pod}/${subresource}?${queries[subresource]}`;
  const headers = { "impersonate-user": user };
  const socket = new WebSocket(url, "v4.channel.k8s.io", { ca: authority.caPem, ...administrator, headers });
  return new Promise((resolve, reject) => {
    socket.on("open", () => {
      socket.terminate();
      resolve({ status: 101, body: "" });
    });
    socket.on("unexpected-response", (_, response) => answerOf(response).then(resolve, reject));
    socket.on("error", reject);
  });
}

function overSpdy(subresource: Subresource, user: User, method = "POST"): Promise<Answer> {
  const headers = { "impersonate-user": user, connection: "Upgrade", upgrade: "SPDY/3.1" };
  const path = `${pod}/${subresource}?${queries[subresource]}`;
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ ...fleet.https.options({ method, headers }), path });
    request.on("upgrade", (_, socket) => {
      socket.destroy();
      resolve({ status: 101, body: "" });
    });
    request.on("response", (response) => answerOf(response).then(resolve, reject));
    request.on("error", reject);
    request.end();
  });
}

describe.each(subresources)("pods/%s", (subresource) => {
  const lacks = (user: User, verb: string) =>
    `User \\"${user}\\" cannot ${verb} resource \\"pods/${subresource}\\" in API group \\"\\" in the namespace \\"default\\"`;

  it("is not for those who may only look, though a WebSocket begins with GET", async () => {
    const { length: opened } = fleet.board.opened;
    const answer = await overWebSocket(subresource, "looker");
    expect(answer).toEqual({ status: 403, body: expect.stringContaining(lacks("looker", "create")) });
    expect((await overSpdy(subresource, "looker", "GET")).status).toBe(403);
    expect((await overSpdy(subresource, "looker")).body).toContain(lacks("looker", "create"));
    expect(fleet.board.opened).toHaveLength(opened);
  });

  it("needs create over SPDY, and get besides over a WebSocket", async () => {
    expect(await overSpdy(subresource, "maker")).toEqual({ status: 101, body: "" });
    expect((await overWebSocket(subresource, "maker")).body).toContain(lacks("maker", "get"));
    expect(await overWebSocket(subresource, "both")).toEqual({ status: 101, body: "" });
    expect(await overSpdy(subresource, "both", "GET")).toEqual({ status: 101, body: "" });
  });

  it.each(["PUT", "PATCH", "DELETE"])("is not reached by %s, whoever asks", async (method) => {
    expect((await overSpdy(subresource, "changer", method)).status).toBe(403);
    const { administrator } = fleet.https;
    const headers = { connection: "Upgrade", upgrade: "SPDY/3.1" };
    const reply = await fleet.https.ask(`${pod}/${subresource}`, { method, headers, as: administrator });
    expect(reply.status).toBe(405);
  });

  it("is told to ask for an upgrade by whoever may have one, and by nobody else", async () => {
    const ask = (user: User) => fleet.https.ask(`${pod}/${subresource}`, { headers: { "impersonate-user": user } });
    expect((await ask("both")).json.message).toContain("Upgrade request required");
    expect((await ask("looker")).status).toBe(403);
  });
});

describe("a proxy", () => {
  const ask = (path: string, method: string, user: User) =>
    fleet.https.ask(path, { method, headers: { "impersonate-user": user } });

  // Nothing listens at the pod, and there is neither service nor node: whoever is let in learns that.
  it.each([
    ["pods/web:1", `${pod}:1/proxy/`, 503],
    ["services/none", "/api/v1/namespaces/default/services/none/proxy/", 404],
    ["nodes/none", "/api/v1/nodes/none/proxy/healthz", 404],
  ])("to %s asks for the right that the request's own method needs", async (_, path, past) => {
    expect((await ask(path, "GET", "looker")).status).toBe(past);
    expect((await ask(path, "GET", "maker")).status).toBe(403);
    expect((await ask(path, "POST", "looker")).status).toBe(403);
    expect((await ask(path, "POST", "maker")).status).not.toBe(403);
    expect((await ask(path, "PUT", "both")).status).toBe(403);
  });
});
