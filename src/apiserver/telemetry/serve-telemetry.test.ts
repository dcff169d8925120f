import { connect as connectTls } from "node:tls";
import { connect as connectMqtt, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { silentLogger } from "../../lib/logger.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { TelemetryBroker } from "../../platform/mqtt/telemetry/telemetry-broker.ts";
import { ownHost } from "../http/own-host.ts";
import { serveHttp } from "../http/serve-http.ts";
import { TestHttps } from "../testing/test-https.ts";
import { telemetryGate } from "./telemetry-gate.ts";

const root = "bramble/test/telemetry/v1";
let https: TestHttps;
let broker: TelemetryBroker;

beforeAll(async () => {
  https = await TestHttps.open();
  const { api, clock } = https.fleet;
  const { cert: certPem, key: keyPem } = https.board;
  const { caPem } = https.authority;
  broker = await TelemetryBroker.start({
    address: "127.0.0.1",
    port: 0,
    credentials: { certificatePem: certPem, keyPem, caPem },
    gate: telemetryGate(api.access, "test"),
    clock: new VirtualClock(),
    logger: silentLogger,
  });
  serveHttp(https.server, {
    apiServer: api,
    join: async () => ({}),
    telemetry: { door: broker, isOwnHost: ownHost({ certPem, serverNames: ["garden.example"] }) },
    clock,
    log: silentLogger,
    build: { version: "0.0.0" },
  });
});
afterAll(async () => {
  await broker.close();
  await https.server.close();
});

const headersOf = (extra: Record<string, string>) => ({
  host: `127.0.0.1:${https.server.port}`,
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-protocol": "mqtt",
  ...extra,
});

/** Sends the request as it is, and resolves with all that is answered until the end, or with the first line of a 101. */
function ask(headers: Readonly<Record<string, string>>, behind?: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: "127.0.0.1", port: https.server.port, ca: https.authority.caPem }, () => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`GET /mqtt HTTP/1.1\r\n${lines.join("")}\r\n`);
    });
    let answer = "";
    let isOpen = false;
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
      if (isOpen || !answer.startsWith("HTTP/1.1 101")) return;
      isOpen = true;
      if (behind === undefined) socket.destroy();
      else socket.write(behind);
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

async function tokenOf(name: string, ...roles: string[]): Promise<string> {
  const { fleet } = https;
  await fleet.send("POST", "/api/v1/namespaces/default/serviceaccounts", { metadata: { name } });
  for (const role of roles) {
    await fleet.send("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
      metadata: { name: `${name}-${role}` },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
      subjects: [{ kind: "ServiceAccount", name, namespace: "default" }],
    });
  }
  const path = `/api/v1/namespaces/default/serviceaccounts/${name}/token`;
  const { body } = await fleet.send("POST", path, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {},
  });
  return body.status.token;
}

async function reader(token: string): Promise<MqttClient> {
  const client = connectMqtt({
    protocol: "wss",
    host: "127.0.0.1",
    port: https.server.port,
    path: "/mqtt",
    ca: https.authority.caPem,
    protocolVersion: 4,
    reconnectPeriod: 0,
    username: "anybody",
    password: token,
  });
  client.on("error", () => {});
  await eventually("an answer", () => client.connected || client.disconnecting || client.reconnecting === false);
  return client;
}

const subscribe = (client: MqttClient, ...filters: string[]) =>
  new Promise<number[]>((resolve) => {
    client.subscribe(filters, (_, __, packet) => resolve((packet?.granted ?? []).map(Number)));
  });

describe("the public topics over WebSocket", () => {
  it("are told to whoever may list the objects, with a token of the fleet", async () => {
    const client = await reader(await tokenOf("display", "bramble:telemetry-reader"));
    await eventually("the connection stands", () => client.connected);
    const heard: string[] = [];
    client.on("message", (topic, payload) => heard.push(`${topic} ${payload}`));
    expect(await subscribe(client, `${root}/#`, "#")).toEqual([0, 128]);
    broker.retain(`${root}/fleet`, "well");
    await eventually("the word", () => heard.length > 0);
    expect(heard).toEqual([`${root}/fleet well`]);
    client.end(true);
  });

  it("are not told to whoever has no role for them", async () => {
    const client = await reader(await tokenOf("stranger"));
    await eventually("the connection stands", () => client.connected);
    expect(await subscribe(client, `${root}/fleet`, `${root}/namespaces/default/pods/+`)).toEqual([128, 128]);
    client.end(true);
  });
});

describe("hostile browsers", () => {
  it.each(["https://evil.example", "null", "http://127.0.0.1", "https://127.0.0.1:1"])(
    "42: a page of %s is refused",
    async (origin) => {
      expect(await ask(headersOf({ origin }))).toMatch(/^HTTP\/1\.1 403 /);
    },
  );

  it.each(["evil.example", "127.0.0.1.evil.example:6443", "b1.evil.example", "b1.evil.local", ""])(
    "43: a name that is not the voter's is refused, though page and host agree: %j",
    async (host) => {
      expect(await ask(headersOf({ host, origin: `https://${host}` }))).toMatch(/^HTTP\/1\.1 403 /);
    },
  );

  it.each(["127.0.0.1", "[::1]:6443", "localhost:6443", "b1", "b1.local:6443", "garden.example"])(
    "43: the voter's own name %s is taken",
    async (host) => {
      expect(await ask(headersOf({ host, origin: `https://${host}` }))).toMatch(/^HTTP\/1\.1 101 /);
    },
  );

  it("45: two thousand headers are refused, and others are served as before", async () => {
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`x-${index}`, "y"]));
    expect(await ask(headersOf(many))).not.toMatch(/^HTTP\/1\.1 101 /);
    expect(await ask(headersOf({}))).toMatch(/^HTTP\/1\.1 101 /);
  });

  it("45: a giant frame is refused at its header", async () => {
    // A masked binary frame that announces 1 GiB, of which the first byte follows.
    const frame = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4, 5]);
    expect(await ask(headersOf({}), frame)).toMatch(/^HTTP\/1\.1 101 /);
    expect(broker.readerCount).toBe(0);
  });

  it("45: packed messages are not agreed to, and one that comes all the same ends the connection", async () => {
    const answer = await ask(headersOf({ "sec-websocket-extensions": "permessage-deflate" }));
    expect(answer.toLowerCase()).not.toContain("sec-websocket-extensions");
    // RSV1, which says packed.
    const frame = Buffer.from([0xc2, 0x81, 1, 2, 3, 4, 5]);
    expect(await ask(headersOf({}), frame)).toMatch(/^HTTP\/1\.1 101 /);
  });

  it("without the subprotocol mqtt is told what there is", async () => {
    const socket = new WebSocket(`wss://127.0.0.1:${https.server.port}/mqtt`, ["chat"], { ca: https.authority.caPem });
    const status = await new Promise<number | undefined>((resolve) => {
      socket.on("unexpected-response", (_, response) => resolve(response.statusCode));
      socket.on("error", () => {});
    });
    socket.terminate();
    expect(status).toBe(400);
  });
});
