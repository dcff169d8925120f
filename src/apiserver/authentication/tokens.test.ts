import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Loose } from "../testing/test-api.ts";
import { TestHttps } from "../testing/test-https.ts";
import { issuer } from "./token-claims.ts";

const server = await TestHttps.open();
afterAll(() => server.server.close());

const namespace = "/api/v1/namespaces/default";
const pod = (name: string, serviceAccountName = "builder") => ({
  metadata: { name },
  spec: { serviceAccountName, nodeName: "b1", containers: [{ name: "main", image: "hello" }] },
});

beforeEach(async () => {
  await server.fleet.send("POST", `${namespace}/serviceaccounts`, { metadata: { name: "builder" } });
  await server.fleet.send("POST", `${namespace}/pods`, pod("web"));
});

async function request(spec: object = {}, name = "builder") {
  const body = JSON.stringify({ spec });
  return server.ask(`${namespace}/serviceaccounts/${name}/token`, { method: "POST", body });
}

async function tokenFor(spec: object = {}): Promise<string> {
  const { json } = await request(spec);
  return json.status.token;
}

function whoAmI(token: string) {
  const body = JSON.stringify({});
  const headers = { authorization: `Bearer ${token}` };
  return server.ask("/apis/authentication.k8s.io/v1/selfsubjectreviews", {
    method: "POST",
    body,
    headers,
    as: undefined,
  });
}

async function review(token: string, audiences?: readonly string[]): Promise<Loose> {
  const body = JSON.stringify({ spec: { token, ...(audiences !== undefined && { audiences }) } });
  const reply = await server.ask("/apis/authentication.k8s.io/v1/tokenreviews", { method: "POST", body });
  return reply.json.status;
}

describe("a token of a ServiceAccount", () => {
  it("says whose it is, for whom and until when", async () => {
    const reply = await request({ expirationSeconds: 600 });
    expect(reply).toMatchObject({
      status: 201,
      json: {
        kind: "TokenRequest",
        metadata: { name: "builder", namespace: "default" },
        spec: { audiences: [issuer], expirationSeconds: 600 },
        status: { expirationTimestamp: "2023-11-14T22:23:20Z" },
      },
    });
    const claims = payloadOf(reply.json.status.token);
    expect(claims).toMatchObject({
      iss: issuer,
      sub: "system:serviceaccount:default:builder",
      aud: [issuer],
      "kubernetes.io": { namespace: "default", serviceaccount: { name: "builder" } },
    });
  });

  it("is who its account is", async () => {
    expect(await review(await tokenFor())).toMatchObject({
      authenticated: true,
      user: {
        username: "system:serviceaccount:default:builder",
        groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
      },
      audiences: [issuer],
    });
    expect((await whoAmI("nonsense")).status).toBe(401);
  });

  it.each(["v1", "v1beta1", "v1alpha1"])(
    "is told who it is in %s, as kubectl has asked since 1.26",
    async (version) => {
      const path = `/apis/authentication.k8s.io/${version}/selfsubjectreviews`;
      const apiVersion = `authentication.k8s.io/${version}`;
      const body = JSON.stringify({ apiVersion, kind: "SelfSubjectReview" });
      const headers = { authorization: `Bearer ${await tokenFor()}` };
      const { status, json } = await server.ask(path, { method: "POST", body, headers, as: undefined });
      expect(status).toBe(201);
      const username = "system:serviceaccount:default:builder";
      expect(json).toMatchObject({ apiVersion, status: { userInfo: { username } } });
    },
  );

  it("may come with a browser's WebSocket, which has no other place for it", async () => {
    const ask = (token: string) => {
      const protocol = `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString("base64url")}`;
      const headers = {
        upgrade: "websocket",
        connection: "upgrade",
        "sec-websocket-protocol": `v4.channel.k8s.io, ${protocol}`,
      };
      return server.ask("/api", { as: undefined, headers });
    };
    expect((await ask(await tokenFor())).status).toBe(200);
    expect((await ask("nonsense")).status).toBe(401);
  });

  it("can be checked by anybody with the published key", async () => {
    const { json } = await server.ask("/openid/v1/jwks");
    const [jwk] = json.keys as JsonWebKey[];
    const [head, body, signature = ""] = (await tokenFor()).split(".");
    const key = createPublicKey({ key: jwk ?? {}, format: "jwk" });
    const signed = Buffer.from(`${head}.${body}`);
    const proof = Buffer.from(signature, "base64url");
    expect(verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, proof)).toBe(true);
    const configuration = await server.ask("/.well-known/openid-configuration");
    expect(configuration.json).toMatchObject({ issuer, jwks_uri: expect.stringContaining("/openid/v1/jwks") });
  });

  it("ends with its time, by the clock of the voter that is asked", async () => {
    const own = await TestHttps.open();
    await own.fleet.send("POST", `${namespace}/serviceaccounts`, { metadata: { name: "builder" } });
    const body = JSON.stringify({ spec: { expirationSeconds: 600 } });
    const path = `${namespace}/serviceaccounts/builder/token`;
    const { token } = (await own.ask(path, { method: "POST", body })).json.status;
    const ask = () => own.ask("/version/x", { as: undefined, headers: { authorization: `Bearer ${token}` } });
    expect((await ask()).status).not.toBe(401);
    own.fleet.clock.advance(599_000);
    expect((await ask()).status).not.toBe(401);
    own.fleet.clock.advance(62_000);
    expect((await ask()).status).toBe(401);
    await own.server.close();
  });

  it("is for its audiences alone", async () => {
    const token = await tokenFor({ audiences: ["vault"] });
    expect((await whoAmI(token)).status).toBe(401);
    expect(await review(token)).toMatchObject({ user: {}, error: expect.any(String) });
    expect(await review(token, ["vault", "other"])).toMatchObject({ authenticated: true, audiences: ["vault"] });
  });

  it("that somebody else has signed, or changed, is none", async () => {
    const other = await TestHttps.open();
    await other.fleet.send("POST", `${namespace}/serviceaccounts`, { metadata: { name: "builder" } });
    const path = `${namespace}/serviceaccounts/builder/token`;
    const foreign = (await other.ask(path, { method: "POST", body: "{}" })).json.status.token;
    await other.server.close();
    expect((await whoAmI(foreign)).status).toBe(401);
    const [head, body, signature] = (await tokenFor()).split(".");
    const changed = { ...payloadOf(`.${body}.`), sub: "system:serviceaccount:kube-system:admin" };
    const forged = Buffer.from(JSON.stringify(changed)).toString("base64url");
    expect((await whoAmI(`${head}.${forged}.${signature}`)).status).toBe(401);
    const unsigned = Buffer.from('{"alg":"none"}').toString("base64url");
    expect((await whoAmI(`${unsigned}.${body}.`)).status).toBe(401);
  });

  it("ends when its account is deleted, and is not that of a new one by the same name", async () => {
    const token = await tokenFor();
    await server.fleet.send("DELETE", `${namespace}/serviceaccounts/builder`);
    expect((await whoAmI(token)).status).toBe(401);
    await server.fleet.send("POST", `${namespace}/serviceaccounts`, { metadata: { name: "builder" } });
    expect((await whoAmI(token)).status).toBe(401);
  });
});

describe("a token that is bound", () => {
  const toPod = { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "web" } };

  it("to a pod says which, and ends with it", async () => {
    const token = await tokenFor(toPod);
    expect((await review(token)).user.extra).toMatchObject({ "authentication.kubernetes.io/pod-name": ["web"] });
    await server.fleet.send("DELETE", `${namespace}/pods/web`, { gracePeriodSeconds: 0 });
    expect((await whoAmI(token)).status).toBe(401);
    await server.fleet.send("POST", `${namespace}/pods`, pod("web"));
    expect((await whoAmI(token)).status).toBe(401);
  });

  it("costs the fleet one question once it has ended, however often it is shown", async () => {
    const token = await tokenFor(toPod);
    await server.fleet.send("DELETE", `${namespace}/pods/web`, { gracePeriodSeconds: 0 });
    expect((await whoAmI(token)).status).toBe(401);
    const barriers = server.fleet.store.barriers;
    expect((await whoAmI(token)).status).toBe(401);
    expect(server.fleet.store.barriers).toBe(barriers);
  });

  it("to a secret ends with it", async () => {
    await server.fleet.send("POST", `${namespace}/secrets`, { metadata: { name: "s" } });
    const token = await tokenFor({ boundObjectRef: { kind: "Secret", apiVersion: "v1", name: "s" } });
    expect((await review(token)).authenticated).toBe(true);
    await server.fleet.send("DELETE", `${namespace}/secrets/s`);
    expect((await whoAmI(token)).status).toBe(401);
  });

  it("to a board ends with its Node", async () => {
    await server.fleet.send("POST", "/api/v1/nodes", { metadata: { name: "b9" } });
    const token = await tokenFor({ boundObjectRef: { kind: "Node", apiVersion: "v1", name: "b9" } });
    expect((await review(token)).user.extra["authentication.kubernetes.io/node-name"]).toEqual(["b9"]);
    await server.fleet.send("DELETE", "/api/v1/nodes/b9");
    expect((await whoAmI(token)).status).toBe(401);
  });

  it("without a leader is judged by what the voter knows", async () => {
    const token = await tokenFor(toPod);
    server.fleet.store.leader = "none";
    const known = await whoAmI(token);
    const [, body] = token.split(".");
    server.fleet.store.leader = "there";
    expect(known.status).not.toBe(401);
    expect(body).toBeDefined();
  });

  it.each([
    ["to what is not there", { ...toPod.boundObjectRef, name: "nothing" }, 404],
    ["to another object of the name", { ...toPod.boundObjectRef, uid: "other" }, 409],
    ["to another kind of object", { ...toPod.boundObjectRef, kind: "ConfigMap" }, 400],
  ])("is refused %s", async (_, boundObjectRef, status) => {
    expect((await request({ boundObjectRef })).status).toBe(status);
  });

  it("is refused to a pod of another account", async () => {
    await server.fleet.send("POST", `${namespace}/serviceaccounts`, { metadata: { name: "other" } });
    expect((await request(toPod, "other")).json.message).toContain("different serviceaccount name");
  });
});

it("is refused for no account, and for less than ten minutes", async () => {
  expect((await request({}, "nobody")).status).toBe(404);
  expect((await request({ expirationSeconds: 60 })).status).toBe(422);
});

function payloadOf(token: string): Loose {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}
