/** A real voter and real boards whose certificates have ended, or are about to, on loopback. */
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { renewPath } from "../api/operations-exchange.ts";
import type { Clock } from "../lib/clock.ts";
import { FleetClock } from "../lib/fleet-clock.ts";
import { type LogFields, silentLogger } from "../lib/logger.ts";
import { type BoardPki, FleetDirectory } from "../platform/host/fleet-directory.ts";
import { HttpsTransport } from "../platform/host/https-transport.ts";
import { readKubeconfig, writeKubeconfig } from "../platform/host/kubeconfig.ts";
import { systemClock, systemRandom } from "../platform/host/system-clock.ts";
import { MqttAgentLink } from "../platform/mqtt/mqtt-agent-link.ts";
import { createKeyAndCsr, csrOfKey } from "../platform/pki/board-key.ts";
import { type AuthorityPems, openFleetAuthority } from "../platform/pki/fleet-authority.ts";
import { connectAsAdministrator } from "./administrator.ts";
import type { Board } from "./board.ts";
import { BoardCredentials } from "./board-credentials.ts";
import { initFleet } from "./init.ts";
import { keepCertificates } from "./keep-certificates.ts";
import { VoterSeat } from "./voter-seat.ts";

const address = "127.0.0.1";
const dayMs = 86_400_000;
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 20 });
const root = await mkdtemp(join(tmpdir(), "bramble-renewal-"));
const stopping = new AbortController();
const running: Promise<unknown>[] = [];
let pems: AuthorityPems;
let voter: Board;
let seat: VoterSeat;

const quiet = { telemetryIntervalMs: 0, metered: false, homeAssistant: false, serverNames: [] };
const history = { historyRevisions: 1_000, historyAgeMs: 60_000 };
const surroundings = { clock: systemClock, random: systemRandom, log: silentLogger };
const endOf = (pem: string) => Date.parse(new X509Certificate(pem).validTo);
const isGood = (pem: string) => endOf(pem) > Date.now();

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, address));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

beforeAll(async () => {
  const [api = 0, mqtt = 0, telemetry = 0] = await freePorts(3);
  const dataDir = join(root, "b1");
  const ports = { api, mqtt, wireguard: 51820, telemetry };
  const options = { dataDir, ports, fleet: "home", podCidr: "10.42.0.0/16" };
  await initFleet({ ...options, name: "b1", address });
  const directory = new FleetDirectory(dataDir);
  const identity = await directory.readIdentity();
  const { caPem, keyPem } = await directory.readPki();
  pems = { caPem, caKeyPem: (await directory.readCaKey()) ?? "" };
  // It lay in a drawer for longer than its certificates are good for.
  const past = openFleetAuthority(pems, Date.now, -400);
  const csrPem = await csrOfKey("b1", keyPem);
  const voterId = identity.voterId;
  const ended = await past.signBoard({
    csrPem,
    fleet: "home",
    node: "b1",
    address,
    ...(voterId && { voter: voterId }),
  });
  await directory.replaceCertificate(`${ended.trim()}\n${caPem}`);
  const user = readKubeconfig((await directory.readAdminKubeconfig()) ?? "", directory.adminKubeconfigPath);
  await directory.replaceAdminKubeconfig(writeKubeconfig({ ...user, ...(await past.signAdmin()) }));

  const credentials = new BoardCredentials(await directory.readPki());
  const time = new FleetClock(systemClock, 0);
  voter = { identity, credentials, directory, surroundings, time, history, telemetry: quiet };
  seat = await VoterSeat.open(voter, (error) => {
    throw error;
  });
  running.push(keepCertificates({ board: voter, seat, voters: () => [] }, stopping.signal));
}, 60_000);

afterAll(async () => {
  stopping.abort();
  await Promise.all(running);
  await seat.stop();
  await rm(root, { recursive: true });
}, 60_000);

/** A board with a certificate that is good for `lifeDays` more, and what keeps it. */
async function startBoard(node: string, lifeDays: number, clock: Clock = systemClock) {
  const { keyPem, csrPem } = await createKeyAndCsr(node);
  const authority = openFleetAuthority(pems, Date.now, lifeDays);
  const certificatePem = await authority.signBoard({ csrPem, fleet: "home", node, address });
  const directory = new FleetDirectory(join(root, node));
  const { voterId: _, ...rest } = voter.identity;
  const identity = { ...rest, node, members: [], bootstrap: false };
  const pki: BoardPki = { caPem: pems.caPem, certificatePem: `${certificatePem.trim()}\n${pems.caPem}`, keyPem };
  await directory.write({ identity, pki });
  const credentials = new BoardCredentials(pki);
  const said: { message: string; fields: LogFields | undefined }[] = [];
  const log = { ...silentLogger, warn: (message: string, fields?: LogFields) => said.push({ message, fields }) };
  const board = { credentials, directory, surroundings: { ...surroundings, clock, log } };
  const voters = () => [`${address}:${voter.identity.ports.mqtt}`];
  const keep = () => {
    const authorityOf = async () => undefined;
    running.push(keepCertificates({ board, seat: { identity, authority: authorityOf }, voters }, stopping.signal));
  };
  return { node, pki, credentials, directory, said, keep, voters };
}

/** What a server shows, asked as nobody in particular. */
async function shownBy(port: number): Promise<X509Certificate | undefined> {
  const { caPem, certificatePem, keyPem } = voter.credentials.current;
  const socket = connect({
    host: address,
    port,
    ca: caPem,
    cert: certificatePem,
    key: keyPem,
    checkServerIdentity: () => undefined,
  });
  await once(socket, "secureConnect");
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  return certificate;
}

async function makeNode(name: string): Promise<void> {
  const { api } = await connectAsAdministrator({ dataDir: voter.directory.path });
  const body = { apiVersion: "v1", kind: "Node", metadata: { name } };
  expect((await api.request({ method: "POST", path: "/api/v1/nodes", body })).status).toBe(201);
}

describe("a fleet whose certificates have all ended", () => {
  it("is up again by itself: its voter signs its own, and serves it without a restart", async () => {
    await eventually(() => expect(isGood(voter.credentials.current.certificatePem)).toBe(true));
    expect(isGood((await voter.directory.readPki()).certificatePem)).toBe(true);
    const { api, mqtt } = voter.identity.ports;
    for (const port of [api, mqtt]) {
      const shown = await shownBy(port);
      expect(shown?.subjectAltName).toContain(`bramble://home/voter/${voter.identity.voterId}`);
      expect(isGood(shown?.toString() ?? "")).toBe(true);
    }
  });

  it("lets its administrator in again", async () => {
    await eventually(async () => {
      const text = await readFile(voter.directory.adminKubeconfigPath, "utf8");
      expect(isGood(readKubeconfig(text, "").certificatePem ?? "")).toBe(true);
    });
    await makeNode("b2");
  });

  it("takes a board back by the certificate that ended while it was away, and for that alone", async () => {
    const board = await startBoard("b2", -400);
    const server = `${address}:${voter.identity.ports.api}`;
    const before = new HttpsTransport({ server, ...board.pki });
    expect((await before.request({ method: "GET", path: "/api/v1/nodes/b2" })).status).toBe(401);
    before.close();

    const link = new MqttAgentLink({
      fleet: "home",
      node: "b2",
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      credentials: () => board.credentials.current,
    });
    let isUp = false;
    link.onConnection((connected) => {
      isUp = connected;
    });
    link.setVoters(board.voters());
    board.keep();
    await eventually(() => expect(isGood(board.credentials.current.certificatePem)).toBe(true));
    await eventually(() => expect(isUp).toBe(true));
    link.close();
    const after = new HttpsTransport({ server, ...(await board.directory.readPki()) });
    expect((await after.request({ method: "GET", path: "/api/v1/nodes/b2" })).status).toBe(200);
    after.close();
    expect(board.credentials.current.keyPem).toBe(board.pki.keyPem);
  });

  it("keeps out a board whose Node was deleted since", async () => {
    const board = await startBoard("b3", -400);
    board.keep();
    await eventually(() => expect(board.said).not.toEqual([]));
    expect(board.said[0]?.fields?.["reason"]).toContain("join with a new token");
    expect(board.credentials.current).toBe(board.pki);
  });

  it("tells nobody else anything on the path that boards renew on", async () => {
    const stranger = new HttpsTransport({ server: `${address}:${voter.identity.ports.api}`, caPem: pems.caPem });
    expect((await stranger.request({ method: "POST", path: renewPath, body: {} })).status).toBe(401);
    stranger.close();
  });
});

describe("a board in the last third of its certificate's life", () => {
  it("renews it, and waits until then", async () => {
    let nowMs = Date.now();
    let looks = 0;
    const clock: Clock = {
      ...systemClock,
      nowMs: () => nowMs,
      after(delayMs, action) {
        looks += 1;
        return systemClock.after(Math.min(delayMs, 20), action);
      },
    };
    const board = await startBoard("b4", 365, clock);
    board.keep();
    const end = endOf(board.pki.certificatePem);
    nowMs = end - 200 * dayMs;
    await eventually(() => expect(looks).toBeGreaterThan(5));
    expect(board.credentials.current).toBe(board.pki);
    nowMs = end - 100 * dayMs;
    await eventually(() => expect(board.credentials.current).not.toBe(board.pki));
    expect(isGood((await board.directory.readPki()).certificatePem)).toBe(true);
  });

  it("goes on with what it has where the next one cannot be used", async () => {
    const board = await startBoard("b5", 365);
    const broken = { ...board.pki, certificatePem: voter.credentials.current.certificatePem };
    expect(() => board.credentials.replace(broken)).toThrow();
    expect(() => board.credentials.replace({ ...board.pki, caPem: "" })).toThrow();
    expect(() => new BoardCredentials({ ...board.pki, caPem: "" })).toThrow(/restore pki/);
    expect(board.credentials.current).toBe(board.pki);
  });
});
