import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { type TLSSocket, connect as tlsConnect } from "node:tls";
import { afterAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { SpdyFrameReader } from "./spdy/frame-reader.ts";
import { SpdyFrameWriter } from "./spdy/frame-writer.ts";
import type { SpdyFrame } from "./spdy/spdy-frame.ts";
import { StreamFleet } from "./testing/stream-fleet.ts";

const fleet = await StreamFleet.open();
afterAll(() => fleet.close());
const pod = "/api/v1/namespaces/default/pods/web";
const spdy = "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n";
const query = (...words: string[]) =>
  `?stdout=true&stderr=true&${words.map((word) => `command=${encodeURIComponent(word)}`).join("&")}`;

describe("an upgrade that fails", () => {
  it.each([
    ["of a pod that is not there", `${pod}x/exec${query("true")}`, "", 404],
    ["without a command", `${pod}/exec?stdout=true`, "", 400],
    ["without anything to carry", `${pod}/exec?command=true`, "", 400],
    [
      "of a protocol that nobody speaks",
      `${pod}/exec${query("true")}`,
      "X-Stream-Protocol-Version: v9.channel.k8s.io\r\n",
      403,
    ],
    ["of a path that does not stream", "/api/v1/pods", "", 404],
    ["of what follows a stream's path", `${pod}/exec/more${query("true")}`, "", 404],
    ["of a path that hides another", `${pod}/..%2fexec${query("true")}`, "", 400],
  ])("%s is answered, and closes its connection whatever follows", async (_, target, more, code) => {
    const socket = open();
    socket.write(
      `POST ${target} HTTP/1.1\r\nHost: x\r\n${spdy}${more}\r\nGET /api/v1/secrets HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    const answer = await all(socket);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${code} `, "u"));
    expect(answer.match(/HTTP\/1\.1/gu)).toHaveLength(1);
    expect(answer).toContain('"kind":"Status"');
  });

  it("is refused to strangers and to boards like any request", async () => {
    for (const [as, code] of [
      [undefined, 403],
      [fleet.https.board, 403],
    ] as const) {
      const socket = open(as ?? {});
      socket.write(`POST ${pod}/exec${query("true")} HTTP/1.1\r\nHost: x\r\n${spdy}\r\n`);
      expect(await all(socket)).toMatch(new RegExp(`^HTTP/1.1 ${code} `, "u"));
    }
  });
});

it("a plain request for a stream is told to ask for an upgrade", async () => {
  expect(await fleet.https.ask(`${pod}/exec${query("true")}`, { method: "POST" })).toMatchObject({ status: 400 });
  expect((await fleet.https.ask(`${pod}/portforward`)).json.message).toContain("Upgrade request required");
});

it("more upgraded connections than a voter can bear are told to try again, and no others", async () => {
  const own = await StreamFleet.open();
  const connect = () => {
    const { server, authority, administrator } = own.https;
    const socket = tlsConnect({ host: "127.0.0.1", port: server.port, ca: authority.caPem, ...administrator });
    socket.write(`POST ${pod}/portforward HTTP/1.1\r\nHost: x\r\n${spdy}\r\n`);
    return socket;
  };
  const sockets: TLSSocket[] = [];
  for (let count = 0; count < 256; count += 1) {
    const socket = connect();
    sockets.push(socket);
    expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 101 /u);
  }
  const refused = await all(connect());
  expect(refused).toMatch(/^HTTP\/1\.1 429 /u);
  expect(refused.toLowerCase()).toContain("\r\nretry-after: 5\r\n");
  expect((await own.https.ask("/version")).status).toBe(200);
  sockets.pop()?.destroy();
  await expect.poll(async () => String((await once(connect(), "data"))[0])).toMatch(/^HTTP\/1\.1 101 /u);
  for (const socket of sockets) socket.destroy();
  await own.close();
});

describe("WebSockets", () => {
  it("are refused to pages of other sites, and open to our own and to programs", async () => {
    const { port } = fleet.https.server;
    expect(
      await statusOf(webSocket(`${pod}/exec${query("true")}`, "v4.channel.k8s.io", { origin: "https://evil.example" })),
    ).toBe(403);
    for (const options of [{ origin: `https://127.0.0.1:${port}` }, {}]) {
      const socket = webSocket(`${pod}/exec${query("true")}`, "v4.channel.k8s.io", options);
      await once(socket, "close");
      expect(socket.protocol).toBe("v4.channel.k8s.io");
    }
  });

  it("take a token among their protocols, which is all that a browser's page can send", async () => {
    const { fleet: api, server, authority } = fleet.https;
    const accounts = "/api/v1/namespaces/default/serviceaccounts";
    await api.send("POST", accounts, { metadata: { name: "page" } });
    const { body } = await api.send("POST", `${accounts}/page/token`, { spec: {} });
    const bearer = `base64url.bearer.authorization.k8s.io.${Buffer.from(body.status.token).toString("base64url")}`;
    const connect = () =>
      new WebSocket(`wss://127.0.0.1:${server.port}${pod}/exec${query("true")}`, ["v4.channel.k8s.io", bearer], {
        ca: authority.caPem,
      });
    expect(await statusOf(connect())).toBe(403);
    const subjects = [{ kind: "ServiceAccount", name: "page", namespace: "default" }];
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
    const bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";
    await api.send("POST", bindings, { metadata: { name: "page" }, subjects, roleRef });
    await expect.poll(() => protocolOf(connect())).toBe("v4.channel.k8s.io");
  });

  it("with a message that is too large are closed", async () => {
    const socket = webSocket(`${pod}/exec${query("cat")}&stdin=true`, "v5.channel.k8s.io");
    await once(socket, "open");
    socket.send(Buffer.alloc(5 * 1024 * 1024));
    const [code] = await once(socket, "close");
    expect(code).toBe(1009);
    await expect.poll(() => fleet.board.openCount).toBe(0);
  });

  it.each([
    ["channel.k8s.io", false, "command terminated with non-zero exit code: exit status 3"],
    ["base64.channel.k8s.io", true, "command terminated with non-zero exit code: exit status 3"],
    ["v4.channel.k8s.io", false, '"reason":"ExitCode","message":"3"'],
    ["v4.base64.channel.k8s.io", true, '"reason":"ExitCode","message":"3"'],
    ["v5.channel.k8s.io", false, '"reason":"ExitCode","message":"3"'],
  ])("speak %s", async (protocol, isBase64, end) => {
    const socket = webSocket(`${pod}/exec${query("sh", "-c", "echo out; echo err >&2; exit 3")}`, protocol);
    const said = ["", "", "", ""];
    socket.on("message", (data) => {
      const message = Buffer.from(data as Buffer);
      const channel = isBase64 ? Number(message.toString()[0]) : (message[0] ?? 0);
      const rest = message.subarray(1).toString();
      said[channel] += isBase64 ? Buffer.from(rest, "base64").toString() : rest;
    });
    const [code] = await once(socket, "close");
    expect(code).toBe(1000);
    expect(said.slice(1, 3)).toEqual(["out\n", "err\n"]);
    expect(said[3]).toContain(end);
  });
});

describe("a SPDY session", () => {
  const forward = () =>
    new SpdyClient(
      `POST ${pod}/portforward HTTP/1.1\r\nHost: x\r\n${spdy}X-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n`,
    );

  it("answers pings and every stream, and tells of a refused port without ending", async () => {
    const client = forward();
    client.send({ type: "ping", id: 7 });
    expect(await client.next()).toEqual({ type: "ping", id: 7 });
    for (const id of [1, 5]) {
      client.open(id, { streamtype: "error", port: "1", requestid: String(id) });
      client.open(id + 2, { streamtype: "data", port: "1", requestid: String(id) });
      expect([await client.next(), await client.next()]).toMatchObject([{ type: "synReply" }, { type: "synReply" }]);
      const told = [await client.next(), await client.next(), await client.next()];
      expect(told[0]).toMatchObject({ type: "data", streamId: id });
      expect(String(told[0]?.type === "data" ? Buffer.from(told[0].bytes) : "")).toContain("ECONNREFUSED");
    }
    client.socket.destroy();
  });

  it("keeps nothing of connections that are over, though the client never ends its way", async () => {
    const client = forward();
    const batch = 100;
    for (let first = 0; first < 3 * batch; first += batch) {
      for (let request = first; request < first + batch; request += 1) {
        client.open(4 * request + 1, { streamtype: "error", port: "1", requestid: String(request) });
        client.open(4 * request + 3, { streamtype: "data", port: "1", requestid: String(request) });
      }
      for (let finished = 0; finished < 2 * batch; ) {
        const frame = await client.next();
        expect(frame?.type).toMatch(/^(synReply|data)$/u);
        if (frame?.type === "data" && frame.isFinal) finished += 1;
      }
    }
    client.socket.destroy();
  });

  it("resets streams that make no sense", async () => {
    const client = forward();
    client.open(1, { streamtype: "data", port: "70000", requestid: "0" });
    expect([await client.next(), await client.next()]).toMatchObject([
      { type: "synReply" },
      { type: "rstStream", streamId: 1 },
    ]);
    client.socket.destroy();
  });

  it("ends where the client breaks the protocol", async () => {
    const client = forward();
    client.open(2, { streamtype: "data", port: "80" });
    expect(await client.next()).toMatchObject({ type: "goAway", status: 1 });
    client.socket.destroy();
  });

  it.each([
    ["v4.channel.k8s.io", '"reason":"ExitCode","message":"3"'],
    ["v3.channel.k8s.io", "command terminated with non-zero exit code: exit status 3"],
    ["v2.channel.k8s.io", "command terminated with non-zero exit code: exit status 3"],
    ["channel.k8s.io", "command terminated with non-zero exit code: exit status 3"],
    ["", "command terminated with non-zero exit code: exit status 3"],
  ])("runs commands in version '%s' of their protocol", async (protocol, end) => {
    const client = new SpdyClient(
      `POST ${pod}/exec${query("sh", "-c", "echo out; echo err >&2; exit 3")} HTTP/1.1\r\nHost: x\r\n${spdy}${protocol === "" ? "" : `X-Stream-Protocol-Version: ${protocol}\r\n`}\r\n`,
    );
    for (const [index, streamtype] of ["error", "stdout", "stderr"].entries())
      client.open(2 * index + 1, { streamtype });
    const said = ["", "", ""];
    for (let finished = 0; finished < 3; ) {
      const frame = await client.next();
      if (frame?.type !== "data") continue;
      said[(frame.streamId - 1) / 2] += Buffer.from(frame.bytes).toString();
      if (frame.isFinal) finished += 1;
    }
    expect(said.slice(1)).toEqual(["out\n", "err\n"]);
    expect(said[0]).toContain(end);
    client.socket.destroy();
  });

  it("that is never completed ends, and its process with it", async () => {
    const client = new SpdyClient(`POST ${pod}/exec${query("sleep", "1000")} HTTP/1.1\r\nHost: x\r\n${spdy}\r\n`);
    client.open(1, { streamtype: "error" });
    expect(await client.next()).toMatchObject({ type: "synReply" });
    expect(fleet.board.openCount).toBe(1);
    fleet.https.fleet.clock.advance(30_000);
    await expect.poll(() => fleet.board.openCount).toBe(0);
    client.socket.destroy();
  });

  it("of noise is closed", async () => {
    const socket = open();
    socket.write(`POST ${pod}/portforward HTTP/1.1\r\nHost: x\r\n${spdy}\r\n`);
    await once(socket, "data");
    socket.write(Buffer.alloc(100_000, 0xa5));
    socket.resume();
    await once(socket, "end");
  });

  it("holds a command back that writes without end, as soon as its client does not read", async () => {
    const told = `${fleet.directory}/megabytes`;
    const endless = `i=0; while head -c 1048576 /dev/zero; do i=$((i+1)); echo $i > ${told}; done`;
    const client = new SpdyClient(`POST ${pod}/exec${query("sh", "-c", endless)} HTTP/1.1\r\nHost: x\r\n${spdy}\r\n`);
    for (const [index, streamtype] of ["error", "stdout", "stderr"].entries())
      client.open(2 * index + 1, { streamtype });
    let [before, now] = ["", " "];
    await expect
      .poll(
        async () => {
          [before, now] = [now, await readFile(told, "utf8").catch(() => "")];
          return now !== "" && now === before;
        },
        { interval: 300, timeout: 15_000 },
      )
      .toBe(true);
    expect(Number(now)).toBeLessThan(32);
    client.socket.destroy();
    await expect.poll(() => fleet.board.openCount).toBe(0);
  });

  it("holds a client back that sends what nobody reads, in little memory", async () => {
    const target = `${pod}/exec?stdin=true&stdout=true&command=sleep&command=1000`;
    const client = new SpdyClient(
      `POST ${target} HTTP/1.1\r\nHost: x\r\n${spdy}X-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n`,
    );
    for (const [index, streamtype] of ["error", "stdin", "stdout"].entries())
      client.open(2 * index + 1, { streamtype });
    const bytes = Buffer.alloc(64 * 1024);
    const before = process.memoryUsage.rss();
    let sent = 0;
    // 200 MB would be taken by a server that reads on.
    for (; sent < 3200 && client.socket.writableLength < 8 * 1024 * 1024; sent += 1) {
      client.send({ type: "data", streamId: 3, isFinal: false, bytes });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent).toBeLessThan(3200);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
    client.socket.destroy();
    // Nothing is read from it, so that it is gone shows only when something is written.
    await expect
      .poll(() => {
        fleet.https.fleet.clock.advance(5000);
        return fleet.board.openCount;
      })
      .toBe(0);
  });
});

class SpdyClient {
  readonly socket = open();
  readonly #writer = new SpdyFrameWriter();
  readonly #frames: AsyncGenerator<SpdyFrame, void, undefined>;

  constructor(head: string) {
    this.socket.on("error", () => {});
    this.socket.write(head);
    this.#frames = framesOf(this.socket);
  }

  send(frame: SpdyFrame): void {
    for (const part of this.#writer.write(frame)) this.socket.write(part);
  }

  open(streamId: number, headers: Readonly<Record<string, string>>): void {
    const place = { associatedId: 0, priority: 0, isFinal: false, isUnidirectional: false };
    this.send({ type: "synStream", streamId, ...place, headers: new Map(Object.entries(headers)) });
  }

  async next(): Promise<SpdyFrame | undefined> {
    const { value } = await this.#frames.next();
    return value ?? undefined;
  }
}

async function* framesOf(socket: TLSSocket): AsyncGenerator<SpdyFrame, void, undefined> {
  const reader = new SpdyFrameReader();
  let head = Buffer.alloc(0);
  let isOpen = false;
  for await (const chunk of socket) {
    let bytes: Buffer = chunk;
    if (!isOpen) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) continue;
      expect(head.toString("latin1", 0, end)).toMatch(/^HTTP\/1\.1 101 /u);
      isOpen = true;
      bytes = head.subarray(end + 4);
    }
    yield* reader.read(bytes);
  }
}

function open(as: object = fleet.https.administrator): TLSSocket {
  const { server, authority } = fleet.https;
  return tlsConnect({ host: "127.0.0.1", port: server.port, ca: authority.caPem, ...as });
}

async function all(socket: TLSSocket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function webSocket(target: string, protocol: string, options: { readonly origin?: string } = {}): WebSocket {
  const { server, authority, administrator } = fleet.https;
  return new WebSocket(`wss://127.0.0.1:${server.port}${target}`, protocol, {
    ca: authority.caPem,
    ...administrator,
    ...options,
  });
}

/** Undefined where it is refused. */
function protocolOf(socket: WebSocket): Promise<string | undefined> {
  return new Promise((resolve) => {
    socket.on("error", () => resolve(undefined)).on("close", () => resolve(socket.protocol || undefined));
  });
}

async function statusOf(socket: WebSocket): Promise<number | undefined> {
  const [, response] = await once(socket, "unexpected-response");
  socket.on("error", () => {}).terminate();
  return response.statusCode;
}
