import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { joinPath } from "../../api/join-exchange.ts";
import { loadX509, signingAlgorithm } from "../../platform/pki/x509.ts";
import { type HttpsReply, TestHttps } from "../testing/test-https.ts";

const server = await TestHttps.open();
afterAll(() => server.server.close());

const home = "/api/v1/namespaces/default";
const token = "aaaaaa.0123456789abcdef";

async function greedyCsr(): Promise<string> {
  const x509 = await loadX509();
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const names = new x509.SubjectAlternativeNameExtension([
    { type: "dns", value: "b1" },
    { type: "url", value: "bramble://test/voter/b1.00000001" },
  ]);
  const extensions = [names, new x509.BasicConstraintsExtension(true, 3, true)];
  const name = "CN=admin, O=system:masters";
  return (await x509.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm, extensions })).toString(
    "pem",
  );
}

function join(csrPem: string): Promise<HttpsReply> {
  const body = JSON.stringify({ token, csrPem, node: "b2", address: "127.0.0.2", role: "board" });
  return server.ask(joinPath, { method: "POST", as: undefined, headers: { "content-type": "application/json" }, body });
}

function asBoard(path: string, patch?: object): Promise<HttpsReply> {
  const headers = { "content-type": "application/merge-patch+json" };
  const change = patch === undefined ? {} : { method: "PATCH", headers, body: JSON.stringify(patch) };
  return server.ask(path, { as: server.board, ...change });
}

beforeAll(async () => {
  const texts = { "token-id": "aaaaaa", "token-secret": token.slice(7), "usage-bramble-board": "true" };
  const data = Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
  );
  const metadata = { name: "bootstrap-token-aaaaaa" };
  const type = "bootstrap.kubernetes.io/token";
  await server.fleet.send("POST", "/api/v1/namespaces/kube-system/secrets", { metadata, type, data });
  for (const name of ["b1", "b9"]) await server.fleet.send("POST", "/api/v1/nodes", { metadata: { name } });
  await server.fleet.send("POST", `${home}/secrets`, { metadata: { name: "nobodys" } });
});

describe("hostile inputs on identity", () => {
  it("5: a board that asks to be an administrator is certified as the board that it is", async () => {
    const { json } = await join(await greedyCsr());
    expect(new X509Certificate(json.certificatePem).subject).toBe("CN=system:node:b2\nO=system:nodes");
  });

  it("6: a certificate request that is too long is refused before it is read", async () => {
    expect((await join("x".repeat(17 * 1024))).status).toBe(413);
  });

  it("7: names that a board may not claim are not in its certificate", async () => {
    const certificate = new X509Certificate((await join(await greedyCsr())).json.certificatePem);
    expect(certificate.subjectAltName).not.toMatch(/DNS:b1|bramble:/);
    expect(certificate.ca).toBe(false);
  });

  it("8: a board does not read a Secret that none of its pods uses", async () => {
    expect((await asBoard(`${home}/secrets/nobodys`)).status).toBe(403);
    expect((await asBoard(`${home}/secrets`)).status).toBe(403);
  });

  it("9: a board changes neither another Node nor its own protected labels", async () => {
    const role = { metadata: { labels: { "node-role.kubernetes.io/voter": "" } } };
    expect((await asBoard("/api/v1/nodes/b9", { metadata: { labels: { a: "b" } } })).status).toBe(403);
    expect((await asBoard("/api/v1/nodes/b1", role)).status).toBe(403);
    expect((await asBoard("/api/v1/nodes/b1/status", role)).status).toBe(403);
    expect((await server.fleet.get("/api/v1/nodes/b1")).body.metadata.labels ?? {}).toEqual({});
  });

  it("10: nobody acts as somebody else without the right to", async () => {
    const headers = { "impersonate-user": "admin", "impersonate-group": "system:masters" };
    const reply = await server.ask("/api/v1/nodes", { as: server.board, headers });
    expect(reply).toMatchObject({
      status: 403,
      json: { reason: "Forbidden", details: { kind: "users", name: "admin" } },
    });
    expect((await server.ask("/api/v1/nodes", { as: undefined, headers })).status).toBe(403);
  });
});
