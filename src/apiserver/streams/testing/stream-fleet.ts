/** A real API server over HTTPS whose pods are processes of this machine, and the ways that clients reach it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MetricRegistry } from "../../../lib/metrics.ts";
import type { Loose } from "../../testing/test-api.ts";
import { TestHttps } from "../../testing/test-https.ts";
import { ProcessBoard } from "./process-board.ts";

export class StreamFleet {
  readonly https: TestHttps;
  readonly board: ProcessBoard;
  readonly directory: string;
  readonly kubeconfig: string;

  private constructor(https: TestHttps, board: ProcessBoard, directory: string) {
    this.https = https;
    this.board = board;
    this.directory = directory;
    this.kubeconfig = join(directory, "kubeconfig");
  }

  /** With the board `b1`, on it the pod `web` with the container `main`. */
  static async open(): Promise<StreamFleet> {
    const board = new ProcessBoard();
    const https = await TestHttps.open(0, new MetricRegistry(), board);
    const fleet = new StreamFleet(https, board, await mkdtemp(join(tmpdir(), "bramble-streams-")));
    await writeFile(fleet.kubeconfig, JSON.stringify(fleet.#config()));
    await fleet.addPod("web", ["main"]);
    return fleet;
  }

  async addPod(name: string, containers: readonly string[], more: Loose = {}, status: Loose = {}): Promise<void> {
    const pods = "/api/v1/namespaces/default/pods";
    const image = "busybox";
    const spec = { nodeName: "b1", containers: containers.map((each) => ({ name: each, image })), ...more.spec };
    const created = await this.https.fleet.send("POST", pods, { metadata: { name, ...more.metadata }, spec });
    if (created.status !== 201) throw new Error(JSON.stringify(created.body));
    const running = { running: { startedAt: "2026-01-01T00:00:00Z" } };
    const containerStatuses = containers.map((each) => ({
      ...{ name: each, image, imageID: "", ready: true, restartCount: 0, containerID: `docker://${each}` },
      state: running,
    }));
    const ready = { type: "Ready", status: "True" };
    const written = { phase: "Running", podIP: "10.42.0.7", conditions: [ready], containerStatuses, ...status };
    const updated = await this.https.fleet.send("PUT", `${pods}/${name}/status`, { ...created.body, status: written });
    if (updated.status !== 200) throw new Error(JSON.stringify(updated.body));
  }

  async close(): Promise<void> {
    await this.https.server.close();
    await rm(this.directory, { recursive: true });
  }

  #config(): unknown {
    const { server, authority, administrator } = this.https;
    const encoded = (pem: string) => Buffer.from(pem).toString("base64");
    const cluster = {
      server: `https://127.0.0.1:${server.port}`,
      "certificate-authority-data": encoded(authority.caPem),
    };
    const user = {
      "client-certificate-data": encoded(administrator.cert),
      "client-key-data": encoded(administrator.key),
    };
    const name = "test";
    return {
      apiVersion: "v1",
      kind: "Config",
      "current-context": name,
      clusters: [{ name, cluster }],
      users: [{ name, user }],
      contexts: [{ name, context: { cluster: name, user: name, namespace: "default" } }],
    };
  }
}
