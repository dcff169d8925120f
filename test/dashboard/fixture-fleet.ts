/** A fleet for browsers: a real API server and a real telemetry broker on one port, and boards that a test speaks for. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { type TelemetryTopic, telemetryTopic } from "../../src/api/telemetry/topics.ts";
import { ownHost } from "../../src/apiserver/http/own-host.ts";
import { ProcessBoard } from "../../src/apiserver/streams/testing/process-board.ts";
import { telemetryGate } from "../../src/apiserver/telemetry/telemetry-gate.ts";
import type { Loose } from "../../src/apiserver/testing/test-api.ts";
import { TestHttps } from "../../src/apiserver/testing/test-https.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { MetricRegistry } from "../../src/lib/metrics.ts";
import { systemClock } from "../../src/platform/host/system-clock.ts";
import { TelemetryBroker } from "../../src/platform/mqtt/telemetry/telemetry-broker.ts";
import { type BuiltDashboard, buildDashboard } from "./built-dashboard.ts";

const fleet = "test";

/** The broker, handed to the server before the server's own keys, which judge its readers, are there. */
class LateDoor {
  broker: TelemetryBroker | undefined;
  /** Whether it lets nobody in. */
  isShut = false;
  readonly streams = new Set<Duplex>();

  connect(...[stream, certified]: Parameters<TelemetryBroker["connect"]>): boolean {
    if (this.isShut) return false;
    this.streams.add(stream);
    stream.once("close", () => this.streams.delete(stream));
    return this.broker?.connect(stream, certified) === true;
  }
}

export const mayDoAll = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
export const mayReadPods = [{ apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list", "watch"] }];

export class FixtureFleet implements AsyncDisposable {
  readonly https: TestHttps;
  readonly board: ProcessBoard;
  readonly broker: TelemetryBroker;
  readonly door: LateDoor;
  readonly #built: BuiltDashboard;
  readonly #directory: string;
  /** What is retained, said anew to whoever comes after a time without readers. */
  readonly #words = new Map<string, string>();

  private constructor(
    parts: Pick<FixtureFleet, "https" | "board" | "broker" | "door">,
    built: BuiltDashboard,
    directory: string,
  ) {
    ({ https: this.https, board: this.board, broker: this.broker, door: this.door } = parts);
    this.#built = built;
    this.#directory = directory;
    this.broker.onHeard((isHeard) => {
      if (isHeard) for (const [topic, payload] of this.#words) this.broker.retain(topic, payload);
    });
  }

  static async open(): Promise<FixtureFleet> {
    const built = await buildDashboard();
    const board = new ProcessBoard();
    const door = new LateDoor();
    const https = await TestHttps.open(0, new MetricRegistry(), board, undefined, {
      dashboard: { assets: built.assets, facts: { fleet, version: "0.0.0" } },
      telemetry: { door, isOwnHost: (host) => isOwnHost(host) },
    });
    const isOwnHost = ownHost({ certPem: https.board.cert });
    const credentials = {
      caPem: https.authority.caPem,
      certificatePem: https.board.cert,
      keyPem: https.board.key,
    };
    const broker = await TelemetryBroker.start({
      ...{ address: "127.0.0.1", port: 0, credentials, clock: systemClock, logger: silentLogger },
      gate: telemetryGate(https.fleet.api.access, fleet),
    });
    door.broker = broker;
    const directory = await mkdtemp(join(tmpdir(), "bramble-fixture-"));
    return new FixtureFleet({ https, board, broker, door }, built, directory);
  }

  get url(): string {
    return `https://127.0.0.1:${this.https.server.port}/dashboard/`;
  }

  /** Undefined takes back what was said. */
  say(topic: TelemetryTopic, words: unknown): void {
    const text = telemetryTopic(fleet, topic);
    const payload = words === undefined || typeof words === "string" ? words : JSON.stringify(words);
    if (payload === undefined) this.#words.delete(text);
    else this.#words.set(text, payload);
    this.broker.retain(text, payload);
  }

  /** To whoever hears it now. */
  tell(topic: TelemetryTopic, words: unknown): void {
    this.broker.tell(telemetryTopic(fleet, topic), JSON.stringify(words));
  }

  /** Ends every reader's connection, as a voter does that goes down. */
  dropReaders(): void {
    for (const stream of this.door.streams) stream.destroy();
  }

  /** A token of a ServiceAccount in `default` that may do this, or nothing. */
  async token(account: string, rules?: readonly Loose[]): Promise<string> {
    const accounts = "/api/v1/namespaces/default/serviceaccounts";
    await this.#create(accounts, { metadata: { name: account } });
    if (rules !== undefined) {
      const rbac = "/apis/rbac.authorization.k8s.io/v1";
      const { metadata } = await this.#create(`${rbac}/clusterroles`, { metadata: { name: account }, rules });
      const clusterRole = metadata.name;
      await this.#create(`${rbac}/clusterrolebindings`, {
        metadata: { name: account },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterRole },
        subjects: [{ kind: "ServiceAccount", name: account, namespace: "default" }],
      });
    }
    const request = { spec: { expirationSeconds: 3600 } };
    return (await this.#create(`${accounts}/${account}/token`, request)).status.token;
  }

  /** A pod of the API whose log is `lines`, and which runs commands as this machine does. */
  async addPod(name: string, container: string, lines: readonly string[]): Promise<{ readonly uid: string }> {
    const pods = "/api/v1/namespaces/default/pods";
    const image = "bramble/hello:1";
    const spec = { nodeName: "b1", containers: [{ name: container, image }] };
    const created = await this.#create(pods, { metadata: { name }, spec });
    const state = { running: { startedAt: "2026-01-01T00:00:00Z" } };
    const containerStatuses = [
      { name: container, image, imageID: "", ready: true, restartCount: 0, containerID: "docker://x", state },
    ];
    const status = { phase: "Running", podIP: "10.42.0.7", containerStatuses };
    await this.https.fleet.send("PUT", `${pods}/${name}/status`, { ...created, status });
    const file = join(this.#directory, container);
    await writeFile(file, `${lines.join("\n")}\n`);
    this.board.logs.set(container, file);
    return { uid: created.metadata.uid };
  }

  /** The log file of a container, to be added to. */
  logOf(container: string): string {
    return join(this.#directory, container);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.https.server.close();
    await this.broker.close();
    await this.#built[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true });
  }

  async #create(path: string, body: unknown): Promise<Loose> {
    const reply = await this.https.fleet.send("POST", path, body);
    if (reply.status !== 201) throw new Error(`${path}: ${JSON.stringify(reply.body)}`);
    return reply.body;
  }
}
