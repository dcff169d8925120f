import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { type JoinAnswer, joinPath, joinRequestSchema } from "../api/join-exchange.ts";
import type { JoinOptions } from "../cli/cli-actions.ts";
import { UsageError } from "../lib/errors.ts";
import { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { certificateSha256 } from "../platform/pki/fingerprint.ts";
import { openFleetAuthority } from "../platform/pki/fleet-authority.ts";
import type { VoterId } from "../replication/ports.ts";
import { connectAsAdministrator } from "./administrator.ts";
import { initFleet } from "./init.ts";
import { joinFleet } from "./join.ts";

const root = await mkdtemp(join(tmpdir(), "bramble-join-"));
const closers: (() => unknown)[] = [];
const machine = { hostname: () => "Kitchen.local", interfaces: () => ({}) };
const ports = { api: 6443, mqtt: 8883, wireguard: 51820, telemetry: 8884 };
const credential = { id: "abcdef", secret: "0123456789abcdef" };
let directories = 0;

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => rm(root, { recursive: true }));

function freshDirectory(): string {
  directories += 1;
  return join(root, `board-${directories}`, "data");
}

async function found(dataDir = freshDirectory()) {
  const options = { dataDir, ports, fleet: "home", podCidr: "10.42.0.0/16", name: "b1", address: "127.0.0.1" };
  await initFleet(options, machine);
  const directory = new FleetDirectory(dataDir);
  return { dataDir, directory, pki: await directory.readPki(), identity: await directory.readIdentity() };
}
type Founded = Awaited<ReturnType<typeof found>>;

type Answer = (request: ReturnType<typeof joinRequestSchema.parse>) => Promise<[number, unknown]>;

/** A voter's API as a joining board meets it; `credentials` are what it presents. */
async function serve(credentials: { certificatePem: string; keyPem: string; caPem: string }, answer: Answer) {
  const requests: string[] = [];
  const { certificatePem: cert, keyPem: key, caPem: ca } = credentials;
  const server = createHttpsServer({ cert, key, ca, requestCert: true, rejectUnauthorized: false });
  server.on("request", async (request: IncomingMessage, response) => {
    requests.push(`${request.method} ${request.url}`);
    let text = "";
    for await (const chunk of request) text += chunk;
    const [status, body] =
      request.url === joinPath ? await answer(joinRequestSchema.parse(JSON.parse(text))) : [200, { items: [] }];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Takes in everybody with the right credential. */
async function takesIn({ directory, pki, identity }: Founded): Promise<Answer> {
  const authority = openFleetAuthority({ caPem: pki.caPem, caKeyPem: (await directory.readCaKey()) ?? "" });
  return async (request) => {
    if (request.token !== `${credential.id}.${credential.secret}`) return [401, status(401, "Unauthorized")];
    const { node, address, csrPem } = request;
    const voter = request.role === "voter" ? { voter: request.voterId as VoterId } : {};
    const answer: JoinAnswer = {
      fleet: "home",
      node,
      caPem: pki.caPem,
      certificatePem: await authority.signBoard({ csrPem, node, address, fleet: "home", ...voter }),
      voters: identity.voters,
      apiServers: ["127.0.0.1:6443"],
      members: identity.members,
      sharedBroker: { url: "mqtts://broker.home:8883" },
    };
    return [200, answer];
  };
}

function status(code: number, message: string) {
  return { kind: "Status", apiVersion: "v1", status: "Failure", message, code };
}

function joinOptions(server: string, caPem: string, rest: Partial<JoinOptions> = {}): JoinOptions {
  const token = { caSha256: certificateSha256(caPem), ...credential };
  return { dataDir: freshDirectory(), ports, server, token, voter: false, address: "127.0.0.2", ...rest };
}

describe("init", () => {
  it("keeps what belongs to the fleet, for root's eyes only", async () => {
    const { dataDir, identity, directory } = await found();
    expect(identity).toMatchObject({ fleet: "home", node: "b1", bootstrap: true, voters: ["127.0.0.1:8883"] });
    expect(identity.members).toEqual([{ id: identity.voterId, node: "b1", address: "127.0.0.1:8883", role: "voter" }]);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(join(dataDir, "pki"))) {
      expect((await stat(join(dataDir, "pki", name))).mode & 0o777).toBe(0o600);
    }
    await directory.removeCaKey();
    expect(await directory.readCaKey()).toBeUndefined();
  });

  it("notes the broker that the whole fleet is to use, and the CA of its certificate", async () => {
    const dataDir = freshDirectory();
    const caFile = join(root, "site-ca.pem");
    const url = "mqtts://broker.home:8883";
    const options = { dataDir, ports, fleet: "home", podCidr: "10.42.0.0/16", address: "127.0.0.1" };
    await expect(initFleet({ ...options, mqtt: { url, caFile } }, machine)).rejects.toThrow(/--mqtt-ca .*PEM/);
    await writeFile(caFile, "-----BEGIN CERTIFICATE-----\n");
    await initFleet({ ...options, mqtt: { url, caFile } }, machine);
    const { sharedBroker } = await new FleetDirectory(dataDir).readIdentity();
    expect(sharedBroker).toEqual({ url, caPem: "-----BEGIN CERTIFICATE-----\n" });
  });

  it("refuses to found a second fleet in its place, and leaves the first as it is", async () => {
    const { dataDir, pki } = await found();
    await expect(found(dataDir)).rejects.toThrow(/holds b1 of the fleet home already.*bramble run/);
    expect(await new FleetDirectory(dataDir).readPki()).toEqual(pki);
  });

  it("says so where it cannot write, and where an identity is damaged", async () => {
    const file = join(root, "file");
    await writeFile(file, "");
    await expect(found(join(file, "data"))).rejects.toThrow(UsageError);
    const { dataDir, directory } = await found();
    await writeFile(join(dataDir, "identity.json"), '{"fleet":"home"');
    await expect(directory.readIdentity()).rejects.toThrow(/identity\.json cannot be read/);
  });
});

describe("join", () => {
  it("brings a board into the fleet under its host's name", async () => {
    const fleet = await found();
    const { address } = await serve(fleet.pki, await takesIn(fleet));
    const options = joinOptions(address, fleet.pki.caPem);
    expect(await joinFleet(options, machine)).toEqual({
      fleet: "home",
      node: "kitchen",
      address: "127.0.0.2",
      voter: false,
    });
    const directory = new FleetDirectory(options.dataDir);
    expect(await directory.readIdentity()).toMatchObject({ node: "kitchen", voters: ["127.0.0.1:8883"], members: [] });
    expect((await directory.readIdentity()).sharedBroker).toEqual({ url: "mqtts://broker.home:8883" });
    expect((await readdir(join(options.dataDir, "pki"))).toSorted()).toEqual(["board.crt", "board.key", "ca.crt"]);
    await expect(joinFleet(options, machine)).rejects.toThrow(/already/);
  });

  it("brings a voter in with an id of its own and the members it must find", async () => {
    const fleet = await found();
    const { address } = await serve(fleet.pki, await takesIn(fleet));
    const options = joinOptions(address, fleet.pki.caPem, { voter: true, name: "b2" });
    await joinFleet(options, machine);
    const { voterId, members, bootstrap } = await new FleetDirectory(options.dataDir).readIdentity();
    expect(voterId).toMatch(/^b2\.[0-9a-f]{8}$/);
    expect(members).toEqual(fleet.identity.members);
    expect(bootstrap).toBe(false);
  });

  it("sends nothing to a server of another fleet", async () => {
    const fleet = await found();
    const other = await found();
    const { address, requests } = await serve(other.pki, await takesIn(other));
    const options = joinOptions(address, fleet.pki.caPem);
    await expect(joinFleet(options, machine)).rejects.toThrow(/not of the fleet that the token is for/);
    expect(requests).toEqual([]);
    expect(existsSync(options.dataDir)).toBe(false);
  });

  it("sends nothing to a server that shows the fleet's CA without being of it, nor to a mere board of it", async () => {
    const fleet = await found();
    const other = await found();
    const borrowed = `${other.pki.certificatePem.split(/(?<=-----END CERTIFICATE-----)\n/)[0]}\n${fleet.pki.caPem}`;
    const liar = await serve({ ...other.pki, certificatePem: borrowed }, await takesIn(other));
    await expect(joinFleet(joinOptions(liar.address, fleet.pki.caPem), machine)).rejects.toThrow(UsageError);

    const honest = await serve(fleet.pki, await takesIn(fleet));
    const options = joinOptions(honest.address, fleet.pki.caPem);
    await joinFleet(options, machine);
    const board = await serve(await new FleetDirectory(options.dataDir).readPki(), await takesIn(fleet));
    await expect(joinFleet(joinOptions(board.address, fleet.pki.caPem), machine)).rejects.toThrow(/not a voter/);
    expect([...liar.requests, ...board.requests]).toEqual([]);
  });

  it.each<[number, string, RegExp]>([
    [401, "Unauthorized", /bramble token create/],
    [403, "not for voters", /token create --voter/],
    [409, "taken", /named kitchen already.*--name/],
    [422, "address: must be IPv4", /address: must be IPv4/],
    [503, "no leader", /try again/],
  ])("answers %d with one clear line and changes nothing", async (code, message, line) => {
    const fleet = await found();
    const { address } = await serve(fleet.pki, async () => [code, status(code, message)]);
    const options = joinOptions(address, fleet.pki.caPem);
    const failure = await joinFleet(options, machine).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(String(failure)).toMatch(line);
    expect(existsSync(options.dataDir)).toBe(false);
  });

  it("does not keep a certificate that is for another board's key", async () => {
    const fleet = await found();
    const { address } = await serve(fleet.pki, async (request) => {
      const [code, answer] = await (await takesIn(fleet))(request);
      return [code, { ...(answer as JoinAnswer), certificatePem: fleet.pki.certificatePem }];
    });
    const options = joinOptions(address, fleet.pki.caPem);
    await expect(joinFleet(options, machine)).rejects.toThrow(/not this board's/);
    expect(existsSync(options.dataDir)).toBe(false);
  });

  it("says so when nobody answers, or somebody without TLS", async () => {
    const { pki } = await found();
    const plain = createTcpServer((socket) => socket.end("220 hello\r\n"));
    await once(plain.listen(0, "127.0.0.1"), "listening");
    const { port } = plain.address() as AddressInfo;
    const address = `127.0.0.1:${port}`;
    await expect(joinFleet(joinOptions(address, pki.caPem), machine)).rejects.toThrow(/cannot be reached/);
    plain.close();
    await expect(joinFleet(joinOptions(address, pki.caPem), machine)).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe("the administrator", () => {
  it("reaches the fleet with the kubeconfig that init wrote", async () => {
    const fleet = await found();
    const { address, requests } = await serve(fleet.pki, await takesIn(fleet));
    const written = await readFile(fleet.directory.adminKubeconfigPath, "utf8");
    const kubeconfig = join(root, "moved.kubeconfig");
    await writeFile(kubeconfig, written.replace("127.0.0.1:6443", address));
    const { api, server, caSha256 } = await connectAsAdministrator({ dataDir: "/nowhere", kubeconfig });
    expect({ server, caSha256 }).toEqual({ server: address, caSha256: certificateSha256(fleet.pki.caPem) });
    expect(await api.request({ method: "GET", path: "/api/v1/nodes", query: { limit: "5" } })).toEqual({
      status: 200,
      body: { items: [] },
    });
    expect(requests).toEqual(["GET /api/v1/nodes?limit=5"]);
  });

  it("is told where the kubeconfig is when there is none", async () => {
    await expect(connectAsAdministrator({ dataDir: "/nowhere" })).rejects.toThrow(/founded the fleet.*--kubeconfig/);
  });
});
