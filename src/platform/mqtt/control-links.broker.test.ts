import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { connect as connectTcp, createServer, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { generate, type Packet, parser } from "mqtt-packet";
import { afterEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../lib/errors.ts";
import { type LogFields, type Logger, silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { systemClock } from "../host/system-clock.ts";
import type { ControlBroker } from "./control-broker.ts";
import { MqttAgentLink } from "./mqtt-agent-link.ts";
import { MqttBoardLinks } from "./mqtt-board-links.ts";
import { address, memberOf, TestFleet, type TestVoter } from "./testing/test-fleet.ts";
import type { TlsCredentials } from "./tls-credentials.ts";

const fleet = await TestFleet.create();
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);
/** A test may end before its last word was acknowledged. */
const lost = () => {};
const eventually = (check: () => void, timeout = 5_000) => vi.waitFor(check, { timeout, interval: 10 });

afterEach(() => fleet.close());

/** A voter with its broker, transport and what it heard. */
async function startVoter(voter: TestVoter, port = 0) {
  const broker = await fleet.broker(voter, port);
  const transport = fleet.transport(voter, broker);
  const heard: string[] = [];
  transport.onMessage((from, channel, payload) => heard.push(`${channel} ${from} ${text(payload)}`));
  return { voter, broker, transport, heard, member: memberOf(voter, broker) };
}

/** A home voter and what its boards said to it. */
function listenToBoards(broker: ControlBroker) {
  const links = new MqttBoardLinks(broker);
  const heard: string[] = [];
  links.onMessage((node, kind, payload) => heard.push(`${node} ${kind} ${text(payload)}`));
  links.onPresence((node, connected) => heard.push(`${node} ${connected ? "came" : "went"}`));
  return { links, heard };
}

describe("voters", () => {
  it("come back to one that restarted, and leave one that is no member any more", async () => {
    const one = await startVoter(await fleet.voter("b1"));
    const voterTwo = await fleet.voter("b2");
    const two = await startVoter(voterTwo);
    const send = (word = "x") => one.transport.send(voterTwo.id, "raft", bytes(word));
    one.transport.setMembers([one.member, two.member]);
    await eventually(() => {
      send();
      expect(two.heard).not.toEqual([]);
    });
    const { port } = two.broker;
    await two.broker.close();
    const again = await startVoter(voterTwo, port);
    again.transport.setMembers([one.member, again.member]);
    await eventually(() => {
      send();
      expect(again.heard).not.toEqual([]);
    });
    one.transport.setMembers([one.member]);
    send("too late");
    again.transport.send(one.voter.id, "raft", bytes("last"));
    await eventually(() => expect(one.heard).toContain(`raft ${voterTwo.id} last`));
    expect(again.heard).not.toContain(`raft ${one.voter.id} too late`);
  });

  it("say nothing to a board that answers at a voter's address", async () => {
    const one = await startVoter(await fleet.voter("b1"));
    const impostor = await startVoter(await fleet.voter("b3"));
    const two = await fleet.voter("b2");
    let connections = 0;
    impostor.broker.onVoterConnected(() => {
      connections += 1;
    });
    const attempts = vi.fn();
    const door = await countingDoor(impostor.broker.port, attempts);
    one.transport.setMembers([{ ...impostor.member, id: two.id, node: "b2", address: `${address}:${door}` }]);
    await eventually(() => expect(attempts.mock.calls.length).toBeGreaterThan(1));
    one.transport.send(two.id, "raft", bytes("secret"));
    expect(impostor.heard).toEqual([]);
    expect(connections).toBe(0);
  });
});

describe("boards", () => {
  it("are turned away by a voter that is still starting, and come back to it", async () => {
    const voter = await fleet.voter("b1");
    const turnedAway: unknown[] = [];
    const logger = { ...silentLogger, debug: (_: string, fields?: LogFields) => turnedAway.push(fields?.["reason"]) };
    const broker = await fleet.startingBroker(voter, 0, logger);
    const link = fleet.agentLink("b4", await fleet.board("b4"));
    link.onConnection((connected) => connected && void link.send("hello", bytes("first words")).catch(lost));
    link.setVoters([`${address}:${broker.port}`]);
    await eventually(() => expect(turnedAway).toContain("this voter is still starting"));
    const { heard } = listenToBoards(broker);
    broker.serveBoards();
    await eventually(() => expect(heard).toEqual(["b4 came", "b4 hello first words"]));
  });

  it("reject what they cannot send, and do not keep it for later", async () => {
    const voter = await fleet.voter("b1");
    const broker = await fleet.broker(voter);
    const { link } = await openLink("b2", [broker]);
    const { port } = broker;
    await broker.close();
    await eventually(() => expect(link.send("report", bytes("lost"))).rejects.toThrow());
    const again = await fleet.broker(voter, port);
    const { heard } = listenToBoards(again);
    // The broker knows of the connection before the board does.
    await vi.waitFor(() => link.send("report", bytes("new")), { timeout: 5_000, interval: 10 });
    expect(heard).toEqual(["b2 came", "b2 report new"]);
  });

  it("are cut off from their older connection by the newer one", async () => {
    const broker = await fleet.broker(await fleet.voter("b1"));
    const { heard } = listenToBoards(broker);
    const credentials = await fleet.board("b2");
    const older = await mqttSocket(credentials, broker, "board/b2");
    const closed = once(older.socket, "close");
    const newer = await mqttSocket(credentials, broker, "board/b2");
    await closed;
    newer.publish("bramble/home/v1/node/b2/up/hello", "newer");
    await eventually(() => expect(heard).toEqual(["b2 came", "b2 hello newer"]));
  });

  it("are missed when they fall silent without a goodbye", async () => {
    const broker = await fleet.broker(await fleet.voter("b1"));
    const { heard } = listenToBoards(broker);
    await mqttSocket(await fleet.board("b2"), broker, "board/b2", { keepalive: 1 });
    await eventually(() => expect(heard).toEqual(["b2 came", "b2 went"]));
  });

  it("that read nothing hold up nobody, and are cut off in the end", async () => {
    const broker = await fleet.broker(await fleet.voter("b1"));
    const { links, heard } = listenToBoards(broker);
    const frozen = await mqttSocket(await fleet.board("frozen"), broker, "board/frozen", { keepalive: 10 });
    frozen.socket.pause();
    const awake = await openLink("awake", [broker]);
    const slice = new Uint8Array(1_024 * 1_024);
    let slowestMs = 0;
    for (let round = 0; round < 40; round += 1) {
      links.send("frozen", "slice", slice);
      const startMs = performance.now();
      await awake.link.send("report", bytes("x"));
      slowestMs = Math.max(slowestMs, performance.now() - startMs);
    }
    expect(slowestMs).toBeLessThan(500);
    await eventually(() => expect(heard).toContain("frozen went"));
    expect([...links.connected]).toEqual(["awake"]);
  });
});

describe("the broker", () => {
  const topic = "bramble/home/v1/node/b2/up/hello";
  type Session = Awaited<ReturnType<typeof mqttSocket>>;

  it.each<[string, (session: Session) => void]>([
    ["another board's name", ({ publish }) => publish("bramble/home/v1/node/b3/up/hello", "forged")],
    ["a voter's name", ({ publish }) => publish("bramble/home/v1/raft/b1.0a1b2c3d/b2.0a1b2c3d", "forged")],
    ["a retained message", ({ publish }) => publish(topic, "kept", { retain: true })],
    ["quality of service 2", ({ publish }) => publish(topic, "twice", { qos: 2, messageId: 7 })],
    ["a wildcard", ({ publish }) => publish("bramble/home/v1/node/b2/up/+", "x")],
    ["9 MB in one packet", ({ socket }) => socket.write(Buffer.of(0x30, 0xff, 0xff, 0xff, 0x04))],
  ])("cuts off a board that publishes %s, and nobody hears it", async (_, offend) => {
    const broker = await fleet.broker(await fleet.voter("b1"));
    const { heard } = listenToBoards(broker);
    const fromVoters = vi.fn();
    broker.onVoterMessage(fromVoters);
    const session = await mqttSocket(await fleet.board("b2"), broker, "board/b2");
    const closed = once(session.socket, "close");
    offend(session);
    await closed;
    await eventually(() => expect(heard).toEqual(["b2 came", "b2 went"]));
    expect(fromVoters).not.toHaveBeenCalled();
  });

  it("drops a voter that speaks in another's name", async () => {
    const broker = await fleet.broker(await fleet.voter("b1"));
    const fromVoters = vi.fn();
    broker.onVoterMessage(fromVoters);
    const forger = await fleet.voter("b3");
    const session = await mqttSocket(forger.credentials, broker, `voter/${forger.id}`);
    const closed = once(session.socket, "close");
    session.publish("bramble/home/v1/raft/b1.0a1b2c3d/b2.0a1b2c3d", "forged");
    await closed;
    expect(fromVoters).not.toHaveBeenCalled();
  });

  it("grants a board what it is told, and no more", async () => {
    const broker = await fleet.broker(await fleet.voter("b1"));
    const { subscribe } = await mqttSocket(await fleet.board("b2"), broker, "board/b2");
    expect(await subscribe("bramble/home/v1/node/b2/down/#")).toEqual([0]);
    for (const filter of ["#", "bramble/home/v1/raft/#", "bramble/home/v1/node/b3/down/#", "$SYS/#"]) {
      expect(await subscribe(filter)).toEqual([128]);
    }
  });

  it.each([
    ["a will", "board/b2", { will: { topic, payload: Buffer.from("gone"), qos: 0, retain: false } }],
    ["a stored session", "board/b2", { clean: false }],
    ["another board's client id", "board/b3", {}],
    ["a client id of a prototype's name", "__proto__", {}],
    ["a voter's client id", "voter/b2.0a1b2c3d", {}],
    ["no keep-alive", "board/b2", { keepalive: 0 }],
    ["a client id that is too long", "x".repeat(2_000), {}],
  ] as const)("refuses a board that connects with %s", async (_, clientId, extra) => {
    const broker = await fleet.broker(await fleet.voter("b1"));
    await expect(mqttSocket(await fleet.board("b2"), broker, clientId, extra)).rejects.toThrow(/refused/);
    expect(broker.boards.names.size).toBe(0);
  });

  it("speaks only with boards of its own fleet", async () => {
    const broker = await fleet.broker(await fleet.voter("b1"));
    const stranger = await (await TestFleet.create()).board("b2");
    const own = await fleet.board("b2");
    const foreign = { ...stranger, caPem: own.caPem };
    await expect(mqttSocket(foreign, broker, "board/b2")).rejects.toThrow();
    await expect(mqttSocket(await fleet.admin(), broker, "board/b2")).rejects.toThrow();
    await mqttSocket(own, broker, "board/b2");
  });

  it("says which port is taken", async () => {
    const voter = await fleet.voter("b1");
    const { port } = await fleet.broker(voter);
    await expect(fleet.broker(voter, port)).rejects.toThrow(UsageError);
    await expect(fleet.broker(voter, port)).rejects.toThrow(`port ${port} on 127.0.0.1 is taken`);
  });

  it("serves a renewed certificate without dropping a link", async () => {
    const voter = await fleet.voter("b1");
    const broker = await fleet.broker(voter);
    const credentials = await fleet.board("b2");
    const standing = await openLink("b2", [broker]);
    const serial = async () => (await fleet.socket(credentials, broker.port)).getPeerCertificate().serialNumber;
    const before = await serial();
    broker.reload((await fleet.voter("b1")).credentials);
    expect(await serial()).not.toBe(before);
    await standing.link.send("hello", bytes("still here"));
    expect(standing.heard).toEqual(["up"]);
    // What old clients could do before, they still cannot.
    const { caPem: ca, certificatePem: cert, keyPem: key } = credentials;
    const older = connectTls({ host: address, port: broker.port, ca, cert, key, maxVersion: "TLSv1.2" });
    await expect(once(older, "secureConnect")).rejects.toThrow();
  });

  it("52: goes by the time that the board is sure of, where the machine's clock shows less", async () => {
    const voter = await fleet.voter("b1");
    const board = await fleet.board("b2");
    const clock = { nowMs: () => Date.now() + 2 * 365 * 86_400_000 };
    const refused: unknown[] = [];
    const logger = { ...silentLogger, debug: (_: string, fields?: LogFields) => refused.push(fields?.["reason"]) };
    const broker = await fleet.startingBroker(voter, 0, logger, clock);
    await expect(mqttSocket(board, broker, "board/b2")).rejects.toThrow();
    expect(refused).toContain("the certificate has ended");

    const other = await fleet.broker(voter);
    const reasons: unknown[] = [];
    const link = new MqttAgentLink({
      fleet: "home",
      node: "b2",
      clock: { ...systemClock, ...clock },
      random: seededRandom(1),
      logger: collecting(reasons),
      credentials: () => board,
    });
    fleet.atEnd(() => link.close());
    link.setVoters([`${address}:${other.port}`]);
    await eventually(() => expect(reasons).toContain("its certificate has ended"));
  });

  it("41: keeps what it had, security and all, where what it is given cannot be used", async () => {
    const voter = await fleet.voter("b1");
    const broker = await fleet.broker(voter);
    const { certificatePem } = (await fleet.voter("b1")).credentials;
    expect(() => broker.reload({ ...voter.credentials, certificatePem })).toThrow(/key/);
    expect(() => broker.reload({ ...voter.credentials, caPem: "", certificatePem: "" })).toThrow();
    const credentials = await fleet.board("b2");
    const shown = (await fleet.socket(credentials, broker.port)).getPeerX509Certificate();
    expect(shown?.checkPrivateKey(createPrivateKey(voter.credentials.keyPem))).toBe(true);
    const stranger = connectTls({
      host: address,
      port: broker.port,
      ca: voter.credentials.caPem,
      checkServerIdentity: () => undefined,
    });
    await expect(once(stranger, "close")).rejects.toThrow(/certificate required/);
    await openLink("b3", [broker]);
  });
});

/** A log that keeps the reasons of what it is told, however deep it is handed down. */
function collecting(reasons: unknown[]): Logger {
  const note = (_: string, fields?: LogFields) => void reasons.push(fields?.["reason"]);
  const logger: Logger = { ...silentLogger, debug: note, warn: note, with: () => logger };
  return logger;
}

/** An agent's link, connected. */
async function openLink(node: string, brokers: ControlBroker[], credentials?: TlsCredentials, ownVoter?: string) {
  const link = fleet.agentLink(node, credentials ?? (await fleet.board(node)), ownVoter);
  const heard: string[] = [];
  link.onConnection((connected) => heard.push(connected ? "up" : "down"));
  link.onMessage((kind, payload) => heard.push(`${kind} ${text(payload)}`));
  link.setVoters(brokers.map(({ port }) => `${address}:${port}`));
  await eventually(() => expect(heard).toContain("up"));
  return { link, heard };
}

/** A client that says exactly what it is told to; rejects when the broker does not take its CONNECT. */
async function mqttSocket(credentials: TlsCredentials, broker: ControlBroker, clientId: string, extra: object = {}) {
  const socket = await fleet.socket(credentials, broker.port);
  const packets = parser();
  const received: Packet[] = [];
  packets.on("packet", (packet: Packet) => received.push(packet));
  socket.on("data", (chunk: Buffer) => packets.parse(chunk));
  const next = async <Command extends Packet["cmd"]>(cmd: Command): Promise<Extract<Packet, { cmd: Command }>> => {
    const is = (packet: Packet): packet is Extract<Packet, { cmd: Command }> => packet.cmd === cmd;
    const waiting = vi.waitFor(
      () => {
        const found = received.find(is);
        if (found === undefined) throw new Error(`no ${cmd} yet`);
        received.splice(received.indexOf(found), 1);
        return found;
      },
      { timeout: 5_000, interval: 5 },
    );
    const closed = once(socket, "close").then(() => Promise.reject(new Error("refused: the broker hung up")));
    return Promise.race([waiting, closed]);
  };
  const connect = { cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clean: true, keepalive: 4, clientId };
  socket.write(generate({ ...connect, ...extra } as Packet));
  const { returnCode } = await next("connack");
  if (returnCode !== 0) throw new Error(`refused with code ${returnCode}`);
  return {
    socket,
    publish(topic: string, payload: string, rest: object = {}) {
      const packet = { cmd: "publish", topic, payload, qos: 0, dup: false, retain: false, ...rest };
      socket.write(generate(packet as Packet));
    },
    async subscribe(filter: string) {
      socket.write(generate({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: filter, qos: 0 }] }));
      return (await next("suback")).granted;
    },
  };
}

/** A port that leads to `port`, telling of every connection through it. */
async function countingDoor(port: number, onConnection: () => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    onConnection();
    const far = connectTcp(port, address);
    for (const socket of [near, far]) sockets.add(socket.on("error", () => {}));
    near.pipe(far).pipe(near);
  });
  fleet.atEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server.listen(0, address), "listening");
  const listening = server.address();
  return typeof listening === "object" && listening !== null ? listening.port : 0;
}
