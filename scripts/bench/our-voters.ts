/** Three voters of ours on the loopback, each a process of its own run from a bundle, as on a board. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ApiRequest } from "../../src/api/exchange.ts";
import { HttpsTransport } from "../../src/platform/host/https-transport.ts";
import { createKeyAndCsr } from "../../src/platform/pki/board-key.ts";
import { createFleetAuthority, openFleetAuthority } from "../../src/platform/pki/fleet-authority.ts";
import type { VoterId } from "../../src/replication/ports.ts";
import { bundle } from "../bundle.ts";
import type { Cluster } from "./cluster.ts";
import { freePorts } from "./free-ports.ts";
import type { HttpsTarget } from "./https-client.ts";
import { keysPerClient } from "./load-shape.ts";
import { OurVoter } from "./our-voter.ts";
import type { Opening } from "./voter-protocol.ts";

const fleet = "bench";
const address = "127.0.0.1";
const bundlePath = join(import.meta.dirname, "../../dist/bench-voter.mjs");
/** Less than a client is asked to wait, yet not so little that refusals are all that is served. */
const retryMs = 100;
const configMaps = "/api/v1/namespaces/default/configmaps";

interface Place {
  readonly opening: Opening;
  readonly voter: OurVoter;
  readonly api: HttpsTransport;
  readonly https: HttpsTarget;
}

export class OurVoters implements Cluster {
  readonly name = "ours";
  readonly #places: Place[];
  readonly #start: (opening: Opening) => Promise<Place>;

  /** How many clients have their ConfigMaps. */
  #clientsKnown = 0;
  /** So many objects were made by `write`, or at least tried. */
  #written = 0;

  private constructor(places: Place[], start: (opening: Opening) => Promise<Place>) {
    this.#places = places;
    this.#start = start;
  }

  static async start(directory: string, nodeFlags: readonly string[] = []): Promise<OurVoters> {
    await bundle(join(import.meta.dirname, "voter-process.ts"), bundlePath);
    const { caPem, caKeyPem } = await createFleetAuthority(fleet);
    const authority = openFleetAuthority({ caPem, caKeyPem });
    const ports = await freePorts(3);
    const members = ports.map((port, index) => {
      const node = `b${index + 1}`;
      return { id: `${node}.0000000${index + 1}`, node, address: `${address}:${port}` };
    });
    const openings: Opening[] = [];
    for (const { id, node } of members) {
      const { keyPem, csrPem } = await createKeyAndCsr(node);
      const certificatePem = await authority.signBoard({ csrPem, node, address, fleet, voter: id as VoterId });
      const place = join(directory, node);
      mkdirSync(place);
      openings.push({ fleet, id, directory: place, members, pki: { caPem, certificatePem, keyPem } });
    }
    const admin = await authority.signAdmin();
    const start = async (opening: Opening): Promise<Place> => {
      const voter = await OurVoter.start(bundlePath, opening, nodeFlags);
      const api = new HttpsTransport({ server: `${address}:${voter.apiPort}`, caPem, ...admin });
      const https = { port: voter.apiPort, ca: caPem, cert: admin.certificatePem, key: admin.keyPem };
      return { opening, voter, api, https };
    };
    const fleetOfThree = new OurVoters(await Promise.all(openings.map(start)), start);
    await fleetOfThree.leader();
    return fleetOfThree;
  }

  get pids(): ReadonlyMap<number, number> {
    return new Map(this.#running().map(({ place, voter }) => [place, voter.pid]));
  }

  voter(place: number): OurVoter {
    return this.#at(place).voter;
  }

  /** Where a voter serves the API, and what lets an administrator in. */
  httpsTarget(place: number): HttpsTarget {
    return this.#at(place).https;
  }

  /** What a voter shows to its clients. */
  serverPki(place: number) {
    const { caPem, certificatePem, keyPem } = this.#at(place).opening.pki;
    return { ca: caPem, serverCert: certificatePem, serverKey: keyPem };
  }

  async leader(): Promise<number> {
    const led = this.#running().filter(({ voter }) => voter.termLed > 0);
    if (led.length === 0) {
      await Promise.race(this.#running().map(({ voter }) => voter.nextLeads()));
      return this.leader();
    }
    return led.reduce((best, each) => (each.voter.termLed > best.voter.termLed ? each : best)).place;
  }

  async write(place: number): Promise<void> {
    this.#written += 1;
    const body = configMap(`written-${this.#written}`, "");
    await this.#request(place, { method: "POST", path: configMaps, body });
  }

  /** Makes the objects that `putConfigMap` replaces, those that are not there yet. */
  async makeConfigMaps(place: number, clients: number): Promise<void> {
    for (; this.#clientsKnown < clients; this.#clientsKnown += 1) {
      const client = this.#clientsKnown;
      const create = (turn: number) =>
        this.#request(place, { method: "POST", path: configMaps, body: configMap(nameOf(client, turn), "") });
      await Promise.all(Array.from({ length: keysPerClient }, (_, turn) => create(turn)));
    }
  }

  async putConfigMap(place: number, client: number, turn: number, text: string): Promise<void> {
    const name = nameOf(client, turn);
    const body = configMap(name, `${turn} ${text}`);
    while (!(await this.#isDone(place, { method: "PUT", path: `${configMaps}/${name}`, body }))) await pause(retryMs);
  }

  signal(place: number, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
    this.voter(place).signal(signal);
  }

  async restart(place: number): Promise<void> {
    this.#places[place] = await this.#start(this.#at(place).opening);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#places.map(({ voter }) => voter.stop()));
  }

  async #request(place: number, request: ApiRequest): Promise<void> {
    if (!(await this.#isDone(place, request))) throw new Error(`${request.method} ${request.path}: too many at once`);
  }

  /** False where the voter serves as many requests as it may, and asks to be asked again. */
  async #isDone(place: number, request: ApiRequest): Promise<boolean> {
    const { status, body } = await this.#at(place).api.request(request);
    if (status === 429) return false;
    if (status >= 300) throw new Error(`${request.method} ${request.path}: ${status} ${JSON.stringify(body)}`);
    return true;
  }

  #at(place: number): Place {
    const found = this.#places[place];
    if (found === undefined) throw new RangeError(`there is no voter at place ${place}`);
    return found;
  }

  #running() {
    return this.#places.map(({ voter }, place) => ({ place, voter })).filter(({ voter }) => voter.isRunning);
  }
}

function nameOf(client: number, turn: number): string {
  return `c${client}-${turn % keysPerClient}`;
}

function configMap(name: string, text: string) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { text } };
}
