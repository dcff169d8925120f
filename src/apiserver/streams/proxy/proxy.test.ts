import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { afterAll, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { StreamFleet } from "../testing/stream-fleet.ts";
import { isProxyable } from "./proxyable-address.ts";

const fleet = await StreamFleet.open();
const seen: IncomingMessage[] = [];
const backend = createServer((request, response) => {
  seen.push(request);
  const path = request.url ?? "";
  if (path.startsWith("/moved")) response.writeHead(302, { location: "/there?x=1" }).end();
  else if (path.startsWith("/away")) response.writeHead(302, { location: "http://169.254.169.254/latest" }).end();
  else if (path.startsWith("/echo")) request.pipe(response);
  else if (path.startsWith("/cut"))
    response.writeHead(200, { "content-length": 10 }).write("abc", () => response.destroy());
  else
    response
      .writeHead(200, { connection: "x-secret", "x-secret": "1", "x-kept": "1" })
      .end(`${request.method} ${path}`);
});
new WebSocketServer({ server: backend, path: "/socket" }).on("connection", (socket) => {
  socket.on("message", (message) => socket.send(message));
});
await once(backend.listen(0, "127.0.0.1"), "listening");
const { port } = backend.address() as AddressInfo;
const pods = "/api/v1/namespaces/default/pods";
const services = "/api/v1/namespaces/default/services";
const pod = `${pods}/web:${port}/proxy`;
afterAll(async () => {
  backend.closeAllConnections();
  backend.close();
  await fleet.close();
});

const ask = (path: string, rest: Parameters<typeof fleet.https.ask>[1] = {}) => fleet.https.ask(path, rest);
const post = (path: string, body: unknown) => fleet.https.fleet.send("POST", path, body);

describe("the proxy of a pod", () => {
  it("passes method, path, query and body on, and the answer back", async () => {
    expect((await ask(`${pod}/a%20b/c/?q=1&q=2`)).bytes.toString()).toBe("GET /a%20b/c/?q=1&q=2");
    const body = Buffer.alloc(5_000_000, "x");
    const echoed = await ask(`${pod}/echo`, { method: "PUT", body, headers: { "content-type": "text/plain" } });
    expect(echoed.bytes.equals(body)).toBe(true);
    expect((await ask(`${pod}/d`, { method: "DELETE" })).bytes.toString()).toBe("DELETE /d");
    const headers = { "transfer-encoding": "chunked", expect: "100-continue" };
    expect((await ask(`${pod}/echo`, { method: "DELETE", body: "x", headers })).bytes.toString()).toBe("x");
  });

  it("speaks TLS to pods that do, whoever signed their certificate", async () => {
    const { cert, key } = fleet.https.board;
    const secure = createSecureServer({ cert, key }, (request, response) => response.end(`secret ${request.url}`));
    await once(secure.listen(0, "127.0.0.1"), "listening");
    const address = secure.address() as AddressInfo;
    expect((await ask(`${pods}/https:web:${address.port}/proxy/a`)).bytes.toString()).toBe("secret /a");
    expect(await ask(`${pods}/https:web:${port}/proxy/a`)).toMatchObject({ status: 503 });
    secure.close();
    await expect.poll(() => fleet.board.openCount).toBe(0);
  });

  it("keeps what is the connection's or the asker's to itself", async () => {
    const authorization = "Bearer secret";
    const headers = { authorization, connection: "close, x-own", "x-own": "1", "x-kept": "1", "x-remote-user": "eve" };
    const reply = await ask(`${pod}/headers`, { headers });
    const got = seen.at(-1)?.headers ?? {};
    expect(got).toMatchObject({ host: `10.42.0.7:${port}`, "x-kept": "1", "x-forwarded-uri": pod });
    for (const name of ["authorization", "x-own", "x-remote-user"]) expect(got[name]).toBeUndefined();
    expect(reply.headers).toMatchObject({ "x-kept": "1" });
    expect(reply.headers["x-secret"]).toBeUndefined();
  });

  it("follows no redirect: one to the backend leads through the proxy, others are the client's affair", async () => {
    expect(await ask(`${pod}/moved`)).toMatchObject({ status: 302, headers: { location: `${pod}/there?x=1` } });
    expect(await ask(`${pod}/away`)).toMatchObject({
      status: 302,
      headers: { location: "http://169.254.169.254/latest" },
    });
    expect(await ask(pod)).toMatchObject({ status: 301, headers: { location: `${pod}/` } });
  });

  it("carries WebSockets", async () => {
    const { ca, cert, key } = { ca: fleet.https.authority.caPem, ...fleet.https.administrator };
    const socket = new WebSocket(`wss://127.0.0.1:${fleet.https.server.port}${pod}/socket`, { ca, cert, key });
    await once(socket, "open");
    socket.send("hello");
    const [message] = await once(socket, "message");
    expect(String(message)).toBe("hello");
    socket.close();
    await expect.poll(() => fleet.board.openCount).toBe(0);
  });

  it("answers nothing that follows an upgrade which the backend refuses", async () => {
    const answer = await raw(
      `GET ${pod}/socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nGET /api/v1/secrets HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    expect(answer.match(/HTTP\/1\.1/gu)).toHaveLength(1);
    expect(answer).toContain("connection: close");
    expect(answer).toContain("Missing or invalid Sec-WebSocket-Key");
  });

  it("says what cannot be reached, and cuts short what was cut short", async () => {
    const refused = await ask(`${pods}/web:1/proxy/`);
    expect(refused).toMatchObject({ status: 503, json: { reason: "ServiceUnavailable" } });
    expect(refused.json.message).toContain("error trying to reach service");
    await expect(ask(`${pod}/cut`)).rejects.toThrow();
    expect(await ask(`${pods}/nobody/proxy/`)).toMatchObject({ status: 404 });
    expect(await ask(`${pods}/ftp:web:80/proxy/`)).toMatchObject({ status: 400 });
  });

  it.each(["127.0.0.1", "169.254.169.254", "0.0.0.0", "::1", "fe80::1", "::ffff:127.0.0.1", "224.0.0.1"])(
    "leads nowhere from the address %s",
    async (podIP) => {
      expect(isProxyable(podIP)).toBe(false);
      const name = `at-${podIP.replaceAll(/[.:]+/gu, "-")}-x`;
      await fleet.addPod(name, ["main"], {}, { podIP });
      const opened = fleet.board.opened.length;
      expect(await ask(`${pods}/${name}:${port}/proxy/`)).toMatchObject({ status: 400 });
      expect(fleet.board.opened.length).toBe(opened);
    },
  );
});

describe("the proxy of a service", () => {
  it("finds the pods by Endpoints, and by the selector where there are none", async () => {
    await fleet.addPod("shop", ["main"], { metadata: { labels: { app: "shop" } } }, { podIP: "10.42.0.9" });
    await post(services, {
      metadata: { name: "shop" },
      spec: { selector: { app: "shop" }, ports: [{ port: 80, targetPort: port }] },
    });
    expect((await ask(`${services}/shop/proxy/a`)).bytes.toString()).toBe("GET /a");
    await post(services, { metadata: { name: "bare" }, spec: { ports: [{ name: "http", port: 80 }] } });
    const none = await ask(`${services}/bare/proxy/`);
    expect(none).toMatchObject({ status: 503, json: { message: 'no endpoints available for service "bare"' } });
    const subsets = [{ addresses: [{ ip: "10.42.0.9" }], ports: [{ name: "http", port }] }];
    await post("/api/v1/namespaces/default/endpoints", { metadata: { name: "bare" }, subsets });
    expect((await ask(`${services}/bare:http/proxy/b`)).bytes.toString()).toBe("GET /b");
    expect(await ask(`${services}/bare:81/proxy/`)).toMatchObject({ status: 503 });
    expect(await ask(`${services}/none/proxy/`)).toMatchObject({ status: 404 });
  });

  it("goes to no address of a machine's own, whoever wrote it into Endpoints", async () => {
    await post(services, { metadata: { name: "evil" }, spec: { ports: [{ port: 80 }] } });
    const subsets = [{ addresses: [{ ip: "fd00:ec2::254" }], ports: [{ port: 80 }] }];
    expect(await post("/api/v1/namespaces/default/endpoints", { metadata: { name: "evil" }, subsets })).toMatchObject({
      status: 201,
    });
    const opened = fleet.board.opened.length;
    expect(await ask(`${services}/evil/proxy/`)).toMatchObject({ status: 400 });
    expect(fleet.board.opened.length).toBe(opened);
  });
});

describe("the proxy of a node", () => {
  it("answers what the fleet knows of it, and says so of the rest", async () => {
    const nodes = "/api/v1/nodes";
    await post(nodes, { metadata: { name: "b1" } });
    expect(
      (await ask(`${nodes}/b1/proxy/pods`)).json.items.map(
        ({ metadata }: { metadata: { name: string } }) => metadata.name,
      ),
    ).toContain("web");
    expect(await ask(`${nodes}/b1/proxy/healthz`)).toMatchObject({ status: 503 });
    expect(await ask(`${nodes}/b1:10250/proxy/stats/summary`)).toMatchObject({ status: 501 });
    expect(await ask(`${nodes}/b9/proxy/pods`)).toMatchObject({ status: 404 });
  });
});

/** All that the server says to these bytes until it closes. */
async function raw(text: string): Promise<string> {
  const { server, authority, administrator } = fleet.https;
  const socket = tlsConnect({ host: "127.0.0.1", port: server.port, ca: authority.caPem, ...administrator });
  socket.write(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
