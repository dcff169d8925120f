import { createHash, X509Certificate } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { joinAnswerSchema, joinPath } from "../../api/join-exchange.ts";
import { createKeyAndCsr } from "../../platform/pki/board-key.ts";
import { TestHttps } from "../testing/test-https.ts";

const server = await TestHttps.open();
afterAll(() => server.server.close());

const { csrPem } = await createKeyAndCsr("b2");
const secrets = "/api/v1/namespaces/kube-system/secrets";
const secret = "0123456789abcdef";

/** Gives out a token and returns it as a board sends it. */
async function giveToken(id: string, data: Readonly<Record<string, string>> = {}): Promise<string> {
  const texts = { "token-id": id, "token-secret": secret, "usage-bramble-board": "true", ...data };
  const encoded = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  const created = await server.fleet.send("POST", secrets, {
    metadata: { name: `bootstrap-token-${id}` },
    type: "bootstrap.kubernetes.io/token",
    data: Object.fromEntries(encoded),
  });
  expect(created.status).toBe(201);
  return `${id}.${secret}`;
}

async function join(body: Readonly<Record<string, unknown>>) {
  const request = { node: "b2", csrPem, address: "127.0.0.2", role: "board", ...body };
  const headers = { "content-type": "application/json" };
  return server.ask(joinPath, { method: "POST", as: undefined, headers, body: JSON.stringify(request) });
}

const good = await giveToken("aaaaaa", { "usage-bramble-voter": "true", expiration: "2030-01-01T00:00:00Z" });

describe("a board that joins", () => {
  it("gets a certificate for its name, and where the voters are", async () => {
    const reply = await join({ token: good });
    expect(reply.status).toBe(200);
    const answer = joinAnswerSchema.parse(reply.json);
    expect(answer).toMatchObject({
      fleet: "test",
      node: "b2",
      caPem: server.authority.caPem,
      voters: ["127.0.0.1:8883"],
      apiServers: ["127.0.0.1:6443"],
      members: [{ node: "b1", role: "voter" }],
    });
    const certificate = new X509Certificate(answer.certificatePem);
    expect(certificate.subject).toBe("CN=system:node:b2\nO=system:nodes");
    expect(certificate.subjectAltName).toContain("IP Address:127.0.0.2");
  });

  it("may ask again with its own key, though nobody else may with theirs once it is there", async () => {
    await server.fleet.send("POST", "/api/v1/nodes", { metadata: { name: "b2" } });
    expect((await join({ token: good })).status).toBe(200);
    const other = await createKeyAndCsr("b2");
    const refused = await join({ token: good, csrPem: other.csrPem });
    expect(refused).toMatchObject({ status: 409, json: { reason: "Conflict" } });
    expect(refused.json.message).toContain("kubectl delete node b2");
    await server.fleet.send("DELETE", "/api/v1/nodes/b2");
    expect((await join({ token: good, csrPem: other.csrPem })).status).toBe(200);
  });

  it("becomes a voter, and takes the place of the voter that it was", async () => {
    const first = await join({ token: good, node: "b3", address: "127.0.0.3", role: "voter", voterId: "b3.00000001" });
    expect(first.json.members).toMatchObject([{ node: "b1" }, { id: "b3.00000001", address: "127.0.0.3:8883" }]);
    expect(new X509Certificate(first.json.certificatePem).subjectAltName).toContain("bramble://test/voter/b3.00000001");
    const again = await join({ token: good, node: "b3", address: "127.0.0.3", role: "voter", voterId: "b3.00000002" });
    expect(again.json.members.map(({ id }: { id: string }) => id)).toEqual(["b1.00000001", "b3.00000002"]);
  });
});

describe("a board that may not join", () => {
  it.each([
    ["no token", { token: "" }, 400, "token"],
    ["an unknown token", { token: `zzzzzz.${secret}` }, 401, "wrong, expired or deleted"],
    ["a wrong secret", { token: "aaaaaa.fedcba9876543210" }, 401, "wrong, expired or deleted"],
    ["a name that is none", { token: good, node: "../b2" }, 400, "node"],
    ["an address that is none", { token: good, address: "b2" }, 400, "address"],
    ["a CSR that is none", { token: good, csrPem: "-----BEGIN" }, 400, "PKCS #10"],
    ["a CSR without an end", { token: good, csrPem: "x".repeat(5000) }, 400, "csrPem"],
    ["a voter of another board", { token: good, role: "voter", voterId: "b1.00000001" }, 400, "voterId"],
  ])("is told about %s", async (_, body, status, why) => {
    const reply = await join(body);
    expect(reply.status).toBe(status);
    expect(reply.json.message).toContain(why);
    expect(reply.json.message).not.toContain("\n");
  });

  it("cannot use an expired or deleted token, nor one for another role", async () => {
    const expired = await giveToken("bbbbbb", { expiration: "2023-01-01T00:00:00Z" });
    expect((await join({ token: expired })).status).toBe(401);
    const board = await giveToken("cccccc");
    expect((await join({ token: board, role: "voter", voterId: "b2.00000001" })).status).toBe(403);
    expect((await join({ token: board, node: "b4" })).status).toBe(200);
    await server.fleet.send("DELETE", `${secrets}/bootstrap-token-cccccc`);
    expect((await join({ token: board, node: "b4" })).status).toBe(401);
  });

  it("changes nothing", async () => {
    const before = server.fleet.store.reader.revision;
    const digest = createHash("sha256").update("x").digest("hex").slice(0, 16);
    await join({ token: `aaaaaa.${digest}`, node: "b5" });
    expect(server.fleet.store.reader.revision).toBe(before);
    expect((await server.ask(joinPath, { as: undefined })).status).toBe(404);
  });
});
