import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { createInterface } from "node:readline";
import { connect, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../../lib/errors.ts";
import { silentLogger } from "../../lib/logger.ts";
import { createFleetAuthority, openFleetAuthority } from "../../platform/pki/fleet-authority.ts";
import { openApiAcceptedType, openApiContentType } from "../openapi/encode-document.ts";
import { TestHttps } from "../testing/test-https.ts";
import { clientIdentity } from "./client-identity.ts";
import { createHttpListener } from "./http-listener.ts";

const server = await TestHttps.open();
afterAll(() => server.server.close());

const maps = "/api/v1/namespaces/default/configmaps";
const table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

describe("who may ask", () => {
  it("answers strangers only what needs no trust", async () => {
    for (const path of ["/version", "/healthz", "/livez", "/readyz"]) {
      expect((await server.ask(path, { as: undefined })).status).toBe(200);
    }
    for (const path of ["/api", "/openapi/v2", "/nothing"]) {
      expect(await server.ask(path, { as: undefined })).toMatchObject({
        status: 403,
        json: { message: `forbidden: User "system:anonymous" cannot get path "${path}"` },
      });
    }
    expect((await server.ask("/api/v1/nodes", { as: undefined })).json.message).toBe(
      'nodes is forbidden: User "system:anonymous" cannot list resource "nodes" in API group "" at the cluster scope',
    );
  });

  it("takes a credential that proves nothing for no stranger's request", async () => {
    const headers = { authorization: "Bearer nonsense" };
    expect((await server.ask("/api", { as: undefined, headers })).status).toBe(401);
  });

  it("knows its own administrator from another fleet's, and from a board", async () => {
    const stranger = await openFleetAuthority(await createFleetAuthority("test")).signAdmin();
    const as = { cert: stranger.certificatePem, key: stranger.keyPem };
    expect((await server.ask("/api/v1/nodes", { as })).status).toBe(401);
    expect(await server.ask("/api/v1/nodes", { as: server.board })).toMatchObject({
      status: 403,
      json: { reason: "Forbidden" },
    });
    expect((await server.ask("/api/v1/nodes")).status).toBe(200);
  });

  it("does nothing as oneself that was meant as somebody else", async () => {
    expect((await server.ask(maps, { headers: { "Impersonate-User": "eve" } })).json.message).toBe(
      'configmaps is forbidden: User "eve" cannot list resource "configmaps" in API group "" in the namespace "default"',
    );
    expect((await server.ask(maps, { headers: { "Impersonate-Group": "devs" } })).status).toBe(400);
  });

  it("41: goes on with the certificate that it has where the next one cannot be used", async () => {
    const { authority, board } = server;
    const { certificatePem } = await authority.signAdmin();
    const tls = { certPem: certificatePem, keyPem: board.key, caPem: authority.caPem };
    expect(() => server.server.setTls(tls)).toThrow(/key/);
    expect(() => server.server.setTls({ ...tls, certPem: board.cert, caPem: "" })).toThrow();
    expect((await server.ask("/api/v1/nodes")).status).toBe(200);
    expect((await server.ask("/api/v1/nodes", { as: undefined })).status).toBe(403);
  });

  it("52: believes no certificate that has ended by the time that the board is sure of", async () => {
    const { authority, board, administrator } = server;
    const listener = createHttpListener({
      tls: { certPem: board.cert, keyPem: board.key, caPem: authority.caPem },
      address: "127.0.0.1",
      port: 0,
      clock: { nowMs: () => Date.now() + 2 * 365 * 86_400_000 },
      log: silentLogger,
    });
    const believed: boolean[] = [];
    listener.serve({
      async handle(request, response) {
        believed.push(clientIdentity(request.socket as TLSSocket) !== undefined);
        response.end("{}");
      },
    });
    await listener.listen();
    await server.ask("/api", { port: listener.port, as: administrator });
    await listener.close();
    expect(believed).toEqual([false]);
  });

  it("shows the CA in its chain, for boards that know only its hash", async () => {
    const { promise, resolve, reject } = Promise.withResolvers<DetailedPeerCertificate>();
    const socket: TLSSocket = connect(
      { host: "127.0.0.1", port: server.server.port, rejectUnauthorized: false },
      () => {
        resolve(socket.getPeerCertificate(true));
      },
    );
    socket.on("error", reject);
    const leaf = await promise;
    expect(leaf.issuerCertificate.raw).toEqual(pemBytes(server.authority.caPem));
    socket.destroy();
  });
});

describe("bodies", () => {
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    server.ask(maps, { method: "POST", body, headers });

  it("come as JSON, as YAML, and without a name for what they are", async () => {
    const json = { "content-type": "application/json" };
    expect((await post('{"metadata":{"name":"json"}}', json)).status).toBe(201);
    expect((await post("metadata:\n  name: yaml\n", { "content-type": "application/yaml" })).status).toBe(201);
    expect((await post('{"metadata":{"name":"bare-json"}}')).status).toBe(201);
    expect((await post("metadata: {name: bare-yaml}")).status).toBe(201);
    const yaml = { "content-type": "application/yaml" };
    expect((await post('{"metadata":{"name":"json-called-yaml"}}', yaml)).status).toBe(201);
    expect((await post("{metadata: {name: flow-yaml}}", yaml)).status).toBe(201);
  });

  it.each([
    ["malformed JSON", '{"metadata":{"name":"a"},,}', "application/json", 400, "line 1 column"],
    ["malformed YAML", "a: [1\nb: 2", "application/yaml", 400, "line 2 column 1"],
    ["nesting", "[".repeat(100_000), "application/json", 400, "nested more than 100"],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22]), "application/json", 400, "UTF-8"],
    ["another type", "x", "text/plain", 415, "application/json"],
    ["an empty envelope", "k8s\0", "application/vnd.kubernetes.protobuf", 400, 'no kind "" is registered'],
    ["too much", Buffer.alloc(3 * 1024 * 1024 + 1, 0x20), "application/json", 413, "3145728"],
  ])("are refused for %s", async (_, body, type, status, why) => {
    const reply = await post(body, { "content-type": type });
    expect(reply).toMatchObject({ status, json: { kind: "Status", code: status } });
    expect(reply.json.message).toContain(why);
  });

  it("come in Protocol Buffers, as kubectl has sent them since 1.32, and are answered in JSON", async () => {
    const body = Buffer.from("azhzAAoPCgJ2MRIJQ29uZmlnTWFwEhsKEQoBYxIAGgAiACoAMgA4AEIAEgYKAWsSAXYaACIA", "base64");
    const headers = {
      "content-type": "application/vnd.kubernetes.protobuf",
      accept: "application/vnd.kubernetes.protobuf,application/json",
    };
    const created = await post(body, headers);
    expect(created).toMatchObject({ status: 201, headers: { "content-type": "application/json" } });
    expect(created.json).toMatchObject({ kind: "ConfigMap", metadata: { name: "c" }, data: { k: "v" } });
    expect((await post(body.subarray(0, 40), headers)).json).toMatchObject({
      code: 400,
      message: "the body is malformed: the message ends within a field",
    });
  });

  it("are refused as soon as they are too long, however they come", async () => {
    const headers = { "content-type": "application/json", "transfer-encoding": "chunked" };
    expect((await post(Buffer.alloc(4 * 1024 * 1024, 0x20), headers)).status).toBe(413);
  });
});

it.each(["/api/v1/..%2fsecrets", "/api/v1/nodes/a%00", "/api/v1/%2e%2e/nodes", "/api/v1/nodes/%ff"])(
  "refuses the path %s",
  async (path) => {
    expect(await server.ask(path)).toMatchObject({ status: 400, json: { reason: "BadRequest" } });
  },
);

describe("answers", () => {
  it("take the form that was asked for", async () => {
    const list = await server.ask("/api/v1/namespaces?limit=1", { headers: { accept: table } });
    expect(list.json).toMatchObject({
      kind: "Table",
      apiVersion: "meta.k8s.io/v1",
      columnDefinitions: [{ name: "Name", format: "name" }, { name: "Status" }, { name: "Age" }],
      rows: [{ cells: ["default", "Active", expect.any(String)], object: { kind: "PartialObjectMetadata" } }],
    });
    expect(list.json.metadata.continue).toBeDefined();
    const whole = await server.ask("/api/v1/namespaces/default?includeObject=Object", { headers: { accept: table } });
    expect(whole.json.rows[0].object.kind).toBe("Namespace");
    const accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
    expect((await server.ask("/api/v1/namespaces", { headers: { accept } })).json.kind).toBe(
      "PartialObjectMetadataList",
    );
    expect((await server.ask("/api/v1/namespaces/nothing", { headers: { accept: table } })).json.kind).toBe("Status");
    expect((await server.ask("/api/v1/namespaces", { headers: { accept: "text/html" } })).status).toBe(406);
  });

  it("say when to try again", async () => {
    server.fleet.store.leader = "none";
    const reply = await server.ask("/api/v1/nodes");
    server.fleet.store.leader = "there";
    expect(reply).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  });

  it("are compressed where that pays", async () => {
    const data = { text: "x".repeat(200_000) };
    await server.ask(maps, { method: "POST", body: JSON.stringify({ metadata: { name: "large" }, data }) });
    const packed = await server.ask(`${maps}/large`, { headers: { "accept-encoding": "gzip" } });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(JSON.parse(gunzipSync(packed.bytes).toString()).data).toEqual(data);
    expect(
      (await server.ask("/api", { headers: { "accept-encoding": "gzip" } })).headers["content-encoding"],
    ).toBeUndefined();
  });

  it("describe the API", async () => {
    const groups = (await server.ask("/apis")).json.groups.map(({ name }: { name: string }) => name);
    expect(groups).toEqual(expect.arrayContaining(["apps", "rbac.authorization.k8s.io", "storage.k8s.io"]));
    const { resources } = (await server.ask("/api/v1")).json;
    expect(resources).toContainEqual(
      expect.objectContaining({ name: "pods", shortNames: ["po"], categories: ["all"] }),
    );
    expect(resources).toContainEqual(
      expect.objectContaining({ name: "pods/binding", kind: "Binding", verbs: ["create"] }),
    );
    expect((await server.ask("/version")).json).toMatchObject({ major: "1", gitVersion: "v1.32.0+bramble.0.0.0" });
  });

  it("hold OpenAPI in both encodings", async () => {
    const headers = { accept: openApiAcceptedType, "accept-encoding": "gzip" };
    const protobuf = await server.ask("/openapi/v2", { headers });
    expect(protobuf.headers).toMatchObject({ "content-type": openApiContentType, "content-encoding": "gzip" });
    expect(gunzipSync(protobuf.bytes).subarray(0, 5)).toEqual(Buffer.from([0x0a, 3, 0x32, 0x2e, 0x30]));
    expect((await server.ask("/openapi/v2")).json).toMatchObject({ swagger: "2.0" });
  });
});

describe("watches", () => {
  it("stream line by line, and end when the server does", async () => {
    const own = await TestHttps.open();
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options = own.options({ headers: { accept: table } });
    httpsRequest({ ...options, path: "/api/v1/namespaces?watch=True&resourceVersion=0" }, resolve)
      .on("error", reject)
      .end();
    const response = await promise;
    response.on("error", () => {});
    const lines = createInterface({ input: response })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value ?? "");
    for (let count = 0; count < 4; count += 1)
      expect(await next()).toMatchObject({ type: "ADDED", object: { kind: "Table" } });
    await own.fleet.send("POST", "/api/v1/namespaces", { metadata: { name: "new" } });
    expect((await next()).object.rows).toMatchObject([{ cells: ["new", "Active", "0s"] }]);
    await own.server.close();
    await expect.poll(() => response.destroyed).toBe(true);
  });

  it("of clients that do not read are ended before they fill the memory", async () => {
    const own = await TestHttps.open();
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    httpsRequest({ ...own.options(), path: `${maps}?watch=true` }, resolve)
      .on("error", reject)
      .end();
    const response = await promise;
    response.on("error", () => {});
    response.pause();
    const data = { text: "x".repeat(900_000) };
    for (let count = 0; count < 30; count += 1)
      await own.fleet.send("POST", maps, { metadata: { name: `m${count}` }, data });
    await expect.poll(() => own.fleet.clock.pending).toBe(1);
    own.fleet.clock.advance(30_000);
    response.resume();
    await expect.poll(() => response.destroyed).toBe(true);
    expect(response.complete).toBe(false);
    await own.server.close();
  });

  it("that cannot begin are refused like any request", async () => {
    expect((await server.ask("/api/v1/nothings?watch=true")).status).toBe(404);
    expect((await server.ask(`${maps}?watch=true&labelSelector=%3D`)).status).toBe(400);
    expect((await server.ask(`${maps}?watch=perhaps`)).status).toBe(400);
  });
});

it("asks to come again while nobody serves yet", async () => {
  const { cert: certPem, key: keyPem } = server.board;
  const listener = createHttpListener({
    tls: { certPem, keyPem, caPem: server.authority.caPem },
    address: "127.0.0.1",
    port: 0,
    log: silentLogger,
  });
  await listener.listen();
  try {
    const { status, headers, json } = await server.ask("/healthz", { port: listener.port });
    expect([status, headers["retry-after"]]).toEqual([503, "1"]);
    expect(json).toMatchObject({ reason: "ServiceUnavailable", message: "this voter is still starting; try again" });
  } finally {
    await listener.close();
  }
});

it("says which port is in use, and what to do", async () => {
  const taken = TestHttps.open(server.server.port);
  await expect(taken).rejects.toThrow(UsageError);
  await expect(taken).rejects.toThrow(`port ${server.server.port} is in use`);
});

function pemBytes(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64");
}
