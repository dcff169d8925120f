import { connect as connectMqtt, type IClientOptions, type MqttClient } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import type { Identity } from "../../../api/exchange.ts";
import { rightsToHear } from "../../../api/telemetry/topic-rights.ts";
import { silentLogger } from "../../../lib/logger.ts";
import { eventually } from "../../../lib/testing/eventually.ts";
import { VirtualClock } from "../../../lib/testing/virtual-clock.ts";
import { address, TestFleet } from "../testing/test-fleet.ts";
import { helloBytesMax } from "./reader-limits.ts";
import { TelemetryBroker } from "./telemetry-broker.ts";

const root = "bramble/home/telemetry/v1";
const fleet = await TestFleet.create();
const voter = await fleet.voter("b1");
const admin = await fleet.admin();
afterEach(() => fleet.close());

/** Ada may list all that there is, Bob the pods of `shop` alone. */
const users: Record<string, Identity> = {
  "token-of-ada": { user: "ada", groups: ["system:masters"] },
  "token-of-bob": { user: "bob", groups: [] },
};

async function startBroker() {
  const clock = new VirtualClock();
  const good = new Map(Object.entries(users));
  let hasFailed = false;
  const broker = await TelemetryBroker.start({
    address,
    port: 0,
    credentials: voter.credentials,
    gate: {
      async ofToken(token) {
        if (hasFailed) throw new Error("no leader");
        return good.get(token);
      },
      async mayHear({ groups }, filter) {
        if (hasFailed) throw new Error("no leader");
        const rights = rightsToHear("home", filter);
        if (rights === undefined) return false;
        if (groups.includes("system:masters")) return true;
        return rights.every(({ resource, namespace }) => resource === "pods" && namespace === "shop");
      },
    },
    clock,
    logger: silentLogger,
  });
  fleet.atEnd(() => broker.close());
  const fail = () => {
    hasFailed = true;
  };
  return { broker, clock, good, fail };
}

interface Reader {
  readonly client: MqttClient;
  /** `topic payload`, with `retained` where it was. */
  readonly heard: string[];
  closed: boolean;
  refusal: string | undefined;
}

function read({ port }: TelemetryBroker, options: IClientOptions = {}): Reader {
  const client = connectMqtt({
    host: address,
    port,
    protocol: "mqtts",
    ca: voter.credentials.caPem,
    protocolVersion: 4,
    reconnectPeriod: 0,
    clientId: "reader",
    username: "anybody",
    password: "token-of-ada",
    checkServerIdentity: () => undefined,
    ...options,
  } as IClientOptions);
  fleet.atEnd(() => client.end(true));
  const reader: Reader = { client, heard: [], closed: false, refusal: undefined };
  client.on("message", (topic, payload, { retain }) => {
    reader.heard.push(`${topic.slice(root.length + 1)} ${payload}${retain ? " retained" : ""}`);
  });
  client.on("close", () => {
    reader.closed = true;
  });
  client.on("error", (error) => {
    reader.refusal = error.message;
  });
  return reader;
}

const connected = (reader: Reader) => eventually("the reader is in", () => reader.client.connected);
const closed = (reader: Reader) => eventually("the reader is out", () => reader.closed);
/** The quality of service granted, 128 where refused. */
const subscribe = (reader: Reader, ...filters: string[]) =>
  new Promise<number[]>((resolve, reject) => {
    reader.client.subscribe(filters, (_, granted, packet) => {
      if (packet === undefined) reject(new Error("no answer"));
      else resolve(packet.granted.map(Number));
      void granted;
    });
  });

describe("a reader", () => {
  it("hears what is retained, then what changes, then that it is gone", async () => {
    const { broker } = await startBroker();
    broker.onHeard((isHeard) => isHeard && broker.retain(`${root}/nodes/b1/status`, "first"));
    expect(broker.isHeard).toBe(false);
    const reader = read(broker);
    await connected(reader);
    expect(await subscribe(reader, `${root}/nodes/#`)).toEqual([0]);
    await eventually("the retained state", () => reader.heard.length === 1);
    broker.retain(`${root}/nodes/b1/status`, "second");
    broker.retain(`${root}/nodes/b1/status`, "second");
    await eventually("the change", () => reader.heard.length === 2);
    broker.retain(`${root}/nodes/b1/status`, undefined);
    broker.retain(`${root}/fleet`, "not asked for");
    broker.tell(`${root}/nodes/b1/events`, "news");
    await eventually("all of it", () => reader.heard.length === 4);
    expect(reader.heard).toEqual([
      "nodes/b1/status first retained",
      "nodes/b1/status second",
      "nodes/b1/status ",
      "nodes/b1/events news",
    ]);
  });

  it("with a certificate of the fleet needs no token, and without either is not let in", async () => {
    const { broker } = await startBroker();
    const certified = read(broker, { cert: admin.certificatePem, key: admin.keyPem, password: "" });
    await connected(certified);
    expect(await subscribe(certified, `${root}/#`)).toEqual([0]);
    const stranger = read(broker, { username: "", password: "" });
    await closed(stranger);
    expect(stranger.refusal).toMatch(/Not authorized|Bad username/);
  });

  it("with a wrong token is told so", async () => {
    const { broker } = await startBroker();
    const reader = read(broker, { password: "guessed" });
    await closed(reader);
    expect(reader.refusal).toBe("Connection refused: Bad username or password");
    expect(broker.readerCount).toBe(0);
  });

  it("is pushed off by nobody who borrows its client id", async () => {
    const { broker } = await startBroker();
    const first = read(broker);
    await connected(first);
    const second = read(broker, { password: "token-of-bob" });
    await connected(second);
    expect(await subscribe(second, `${root}/namespaces/shop/pods/+`)).toEqual([0]);
    expect([first.closed, broker.readerCount]).toEqual([false, 2]);
  });

  it("is cut off once its token has ended", async () => {
    const { broker, clock, good } = await startBroker();
    const reader = read(broker);
    await connected(reader);
    await subscribe(reader, `${root}/fleet`);
    clock.advance(30_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(reader.closed).toBe(false);
    good.delete("token-of-ada");
    await eventually("the reader is out", () => {
      clock.advance(30_000);
      return reader.closed;
    });
  });

  it("leaves nothing remembered once all are gone for a while", async () => {
    const { broker, clock } = await startBroker();
    const heard: boolean[] = [];
    broker.onHeard((isHeard) => heard.push(isHeard));
    const reader = read(broker);
    await connected(reader);
    reader.client.end();
    await eventually("nobody is there", () => broker.readerCount === 0);
    clock.advance(30_000);
    expect(heard).toEqual([true, false]);
  });
});

describe("hostile readers", () => {
  it.each([
    ["a client id", { clientId: "all/#" }],
    ["a client id", { clientId: "a+b" }],
    ["a user name", { username: "#" }],
  ])("34: %s with a wildcard is refused", async (_, options) => {
    const { broker } = await startBroker();
    const reader = read(broker, options);
    await closed(reader);
    expect(reader.refusal).toMatch(/Identifier rejected|Bad username/);
  });

  it("35: filters that ask for more than one has are refused, one by one", async () => {
    const { broker } = await startBroker();
    const bob = read(broker, { password: "token-of-bob" });
    await connected(bob);
    const own = `${root}/namespaces/shop/pods/+`;
    const others = ["#", "$SYS/#", `${root}/#`, `$share/g/${own}`, `${root}/namespaces/+/pods/+`, "bramble/home/v1/#"];
    expect(await subscribe(bob, own, ...others)).toEqual([0, 128, 128, 128, 128, 128, 128]);
    broker.retain(`${root}/namespaces/shop/pods/web`, "here");
    broker.retain(`${root}/namespaces/till/pods/cash`, "elsewhere");
    broker.retain(`${root}/fleet`, "not for bob");
    await eventually("his own", () => bob.heard.length > 0);
    expect(bob.heard).toEqual(["namespaces/shop/pods/web here"]);
  });

  it.each([
    ["a telemetry topic", `${root}/fleet`, {}],
    ["a consensus topic", "bramble/home/v1/raft/b1.0a1b2c3d/b2.0a1b2c3d", {}],
    ["with the retained flag", `${root}/fleet`, { retain: true }],
    ["with quality of service 2", `${root}/fleet`, { qos: 2 as const }],
  ])("36: whoever publishes (%s) is disconnected, and nobody hears it", async (_, topic, options) => {
    const { broker } = await startBroker();
    const honest = read(broker);
    await connected(honest);
    await subscribe(honest, `${root}/#`);
    const loud = read(broker);
    await connected(loud);
    loud.client.publish(topic, "lies", options, () => {});
    await closed(loud);
    broker.retain(`${root}/fleet`, "truth");
    await eventually("the truth", () => honest.heard.length > 0);
    expect([honest.heard, honest.closed]).toEqual([["fleet truth"], false]);
  });

  it.each([
    ["a will", { will: { topic: `${root}/fleet`, payload: Buffer.from("lies"), qos: 0 as const, retain: true } }],
    ["a stored session", { clean: false }],
  ])("36: %s is refused", async (_, options) => {
    const { broker } = await startBroker();
    const reader = read(broker, options);
    await closed(reader);
    expect(reader.refusal).toBe("Connection refused: Not authorized");
  });

  it("38: a topic of too many levels, and one that is no UTF-8, disconnect their sender alone", async () => {
    const { broker } = await startBroker();
    const honest = read(broker);
    await connected(honest);
    const deep = read(broker);
    await connected(deep);
    deep.client.publish("a/".repeat(200), "", {}, () => {});
    await closed(deep);
    const odd = await fleet.socket(admin, broker.port);
    // CONNECT with the client id "o", then SUBSCRIBE to bytes that are no text.
    odd.write(Buffer.from([0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 1, 0x6f]));
    odd.write(Buffer.from([0x82, 8, 0, 1, 0, 3, 0xff, 0xfe, 0xc0, 0]));
    broker.retain(`${root}/fleet`, "still here");
    expect(await subscribe(honest, `${root}/fleet`)).toEqual([0]);
    await eventually("others hear as before", () => honest.heard.length === 1);
  });

  it("39: a huge length that is announced before anybody is known ends the connection at once", async () => {
    const { broker } = await startBroker();
    const socket = await fleet.socket({ ...admin }, broker.port);
    const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f, 0, 4]));
    await ended;
    const long = read(broker, { password: "x".repeat(helloBytesMax) });
    await closed(long);
    expect(broker.readerCount).toBe(0);
  });

  it("40: a gate that fails lets nobody in and grants nothing", async () => {
    const { broker, fail } = await startBroker();
    const inside = read(broker);
    await connected(inside);
    fail();
    expect(await subscribe(inside, `${root}/fleet`)).toEqual([128]);
    const outside = read(broker);
    await closed(outside);
    expect([outside.refusal, broker.readerCount]).toEqual(["Connection refused: Server unavailable", 1]);
  });

  it("41: a certificate that cannot be loaded leaves the one before in use", async () => {
    const { broker } = await startBroker();
    const before = read(broker);
    await connected(before);
    expect(() => broker.reload({ ...voter.credentials, certificatePem: "torn" })).toThrow();
    expect(() => broker.reload({ ...voter.credentials, keyPem: admin.keyPem })).toThrow();
    const after = read(broker);
    await connected(after);
    expect([before.closed, broker.readerCount]).toEqual([false, 2]);
  });

  it("a frozen reader is cut off, holds up nobody, and keeps little", async () => {
    const { broker } = await startBroker();
    const frozen = read(broker, { keepalive: 0 });
    await connected(frozen);
    await subscribe(frozen, `${root}/#`);
    frozen.client.stream.pause();
    const awake = read(broker);
    await connected(awake);
    await subscribe(awake, `${root}/fleet`);
    // More than both ends' sockets hold.
    const payload = "x".repeat(64 * 1024);
    let round = 0;
    await eventually(
      "the frozen reader is out",
      () => {
        round += 1;
        for (let node = 0; node < 20; node += 1) broker.retain(`${root}/nodes/b${node}/status`, `${round} ${payload}`);
        broker.retain(`${root}/fleet`, String(round));
        return broker.readerCount === 1;
      },
      20_000,
    );
    const last = `fleet ${round}`;
    await eventually("the other has heard the latest", () => awake.heard.at(-1) === last);
  });
});
