/** Requests made to hurt, over real HTTPS, as `docs/testing.md` numbers them. */
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { joinPath } from "../../api/join-exchange.ts";
import { TestHttps } from "../testing/test-https.ts";

const server = await TestHttps.open();
afterAll(() => server.server.close());

const maps = "/api/v1/namespaces/default/configmaps";
const json = "application/json";

function send(method: string, path: string, body: string | Buffer, type = json, more: Record<string, string> = {}) {
  return server.ask(path, { method, body, headers: { "content-type": type, ...more } });
}

function open({ server: { port }, authority, administrator }: TestHttps): TLSSocket {
  const socket = connect({ host: "127.0.0.1", port, ca: authority.caPem, ...administrator });
  socket.on("error", () => {});
  return socket;
}

describe("bodies made to hurt", () => {
  beforeAll(() => send("POST", maps, '{"metadata":{"name":"a"},"data":{"k":"v"}}'));
  afterEach(() => expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false));

  it("11: of more than 3 MiB are refused again and again in the same memory", async () => {
    const body = Buffer.alloc(4 * 1024 * 1024, 0x20);
    let before = 0;
    for (let count = 0; count < 120; count += 1) {
      // What the first ones need stays; the others, 280 MiB, are to add nothing.
      if (count === 50) before = process.memoryUsage.rss();
      const coding = count % 2 === 0 ? {} : { "transfer-encoding": "chunked" };
      // Whoever is still sending when the connection closes may be told of that alone.
      const refused = await send("POST", maps, body, json, coding).catch((error: NodeJS.ErrnoException) => error.code);
      expect(refused).toSatisfy((reply) => reply === "EPIPE" || reply === "ECONNRESET" || reply.status === 413);
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
  });

  it("12: YAML whose aliases multiply is refused", async () => {
    const lines = ["a0: &a0 [x]"];
    for (let depth = 1; depth < 30; depth += 1)
      lines.push(
        `a${depth}: &a${depth} [${Array(9)
          .fill(`*a${depth - 1}`)
          .join(",")}]`,
      );
    const reply = await send("POST", maps, lines.join("\n"), "application/yaml");
    expect(reply).toMatchObject({ status: 400, json: { reason: "BadRequest" } });
    expect(reply.json.message).toContain("too many aliases");
  });

  it.each([
    ["lists", "[".repeat(10_000) + "]".repeat(10_000)],
    ["objects", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`],
  ])("13: %s nested 10,000 deep are refused", async (_, deep) => {
    for (const [method, path, type] of [
      ["POST", maps, json],
      ["PATCH", `${maps}/a`, "application/merge-patch+json"],
      ["PATCH", `${maps}/a`, "application/apply-patch+yaml"],
    ] as const) {
      expect((await send(method, `${path}?fieldManager=x`, `{"data":${deep}}`, type)).status, type).toBe(400);
    }
  });

  it("14: a JSON patch that doubles its document again and again is refused", async () => {
    const doubling = [
      { op: "add", path: "/data/c", value: "x".repeat(1000) },
      ...Array.from({ length: 60 }, (_, index) => ({ op: "copy", from: "/data", path: `/data/c${index}` })),
    ];
    const patch = (operations: readonly object[]) =>
      send("PATCH", `${maps}/a`, JSON.stringify(operations), "application/json-patch+json");
    expect((await patch(doubling)).status).toBe(413);
    expect((await patch(Array(10_001).fill({ op: "test", path: "/data/k", value: "v" }))).status).toBe(413);
    expect((await server.ask(`${maps}/a`)).json.data).toEqual({ k: "v" });
  });

  it.each(["application/merge-patch+json", "application/strategic-merge-patch+json"])(
    "15: names of what all objects inherit change nothing but the object, in %s",
    async (type) => {
      const inherited = ["__proto__", "constructor", "prototype"];
      for (const name of inherited) {
        const patch = `{"${name}":{"polluted":true,"prototype":{"polluted":true}},"metadata":{"${name}":{"polluted":true}}}`;
        expect((await send("PATCH", `${maps}/a`, patch, type)).status).toBe(200);
      }
      const { json: object } = await server.ask(`${maps}/a`);
      for (const name of inherited) expect(Object.hasOwn(object.metadata, name)).toBe(false);
      expect(object.data).toEqual({ k: "v" });
    },
  );
});

describe("connections made to hurt", () => {
  it("19: a flood is told to come back, and what boards say of themselves does not wait in it", async () => {
    const own = await TestHttps.open();
    const held: TLSSocket[] = [];
    let answered = 0;
    for (let count = 0; count < 200; count += 1) {
      const socket = open(own);
      held.push(socket.on("data", () => (answered += 1)));
      socket.write(`POST ${maps} HTTP/1.1\r\nHost: x\r\nContent-Type: ${json}\r\nContent-Length: 100\r\n\r\n{`);
    }
    await expect
      .poll(() => own.ask("/api/v1/nodes"), { timeout: 15_000 })
      .toMatchObject({
        status: 429,
        headers: { "retry-after": "1" },
        json: { reason: "TooManyRequests" },
      });
    expect(answered).toBe(0);
    expect((await own.fleet.get("/api/v1/nodes")).status).toBe(200);
    for (const socket of held) socket.destroy();
    await expect.poll(async () => (await own.ask("/api/v1/nodes")).status).toBe(200);
    await own.server.close();
  });

  it("19: strangers who ask to join, slowly and in crowds, keep out nobody but one another", async () => {
    const own = await TestHttps.open();
    const held = Array.from({ length: 100 }, () => {
      const socket = open(own)
        .on("error", () => {})
        .resume();
      socket.write(`POST ${joinPath} HTTP/1.1\r\nHost: x\r\nContent-Type: ${json}\r\nContent-Length: 100\r\n\r\n{`);
      return socket;
    });
    const join = () =>
      own.ask(joinPath, { method: "POST", body: "{}", headers: { "content-type": json }, as: undefined });
    await expect.poll(async () => (await join()).status, { timeout: 15_000 }).toBe(429);
    expect((await own.ask("/api/v1/nodes")).status).toBe(200);
    expect((await own.ask("/healthz", { as: undefined })).status).toBe(200);
    for (const socket of held) socket.destroy();
    await own.server.close();
  });

  it("19: only a few megabytes of large bodies are under way at a time, and small ones beside them", async () => {
    const own = await TestHttps.open();
    const held = Array.from({ length: 4 }, () => {
      const socket = open(own)
        .on("error", () => {})
        .resume();
      socket.write(`POST ${maps} HTTP/1.1\r\nHost: x\r\nContent-Type: ${json}\r\nContent-Length: 3145728\r\n\r\n{`);
      return socket;
    });
    const create = (name: string, value: string) =>
      own.ask(maps, {
        method: "POST",
        headers: { "content-type": json },
        body: JSON.stringify({ metadata: { name }, data: { value } }),
      });
    await expect.poll(async () => (await create("large", "x".repeat(300_000))).status, { timeout: 15_000 }).toBe(429);
    expect((await create("small", "x")).status).toBe(201);
    for (const socket of held) socket.destroy();
    await expect.poll(async () => (await create("large", "x".repeat(300_000))).status).not.toBe(429);
    await own.server.close();
  });

  it.each([
    ["a length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"],
    ["chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"],
    ["two lengths", "Content-Length: 0\r\nContent-Length: 5", ""],
    ["chunks that are not the last coding", "Transfer-Encoding: chunked, identity", "0\r\n\r\n"],
    ["a blank within a name", "Transfer-Encoding : chunked", "0\r\n\r\n"],
  ])("23: %s are refused, and what follows them is nobody's request", async (_, headers, body) => {
    const socket = open(server);
    socket.write(
      `POST ${maps} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}DELETE ${maps}/a HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /u);
    expect(answer.match(/HTTP\/1\.1/gu)).toHaveLength(1);
  });
});

describe("connections that take their time", { timeout: 45_000 }, () => {
  it.concurrent.each([
    ["says nothing", ""],
    ["never ends its headers", `GET ${maps} HTTP/1.1\r\nHost: x\r\nX-A: `],
  ])("18: one that %s is closed", async (_, head) => {
    const socket = open(server);
    await once(socket, "secureConnect");
    socket.write(head);
    const drip = setInterval(() => head !== "" && socket.writable && socket.write("b"), 500);
    socket.resume();
    await once(socket, "close");
    clearInterval(drip);
  });
});
