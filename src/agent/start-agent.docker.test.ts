import { access, lstat, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../lib/testing/eventually.ts";
import { dockerRuntime, dockerSocketPath } from "../platform/docker/docker-runtime.ts";
import { boardMounts } from "../platform/host/board-mounts.ts";
import { systemClock } from "../platform/host/system-clock.ts";
import { label } from "./pod/observed-pod.ts";
import { nodeObject, podObject, TestBoard } from "./testing/test-board.ts";

const image = "busybox:test";
const waitMs = 30_000;

/** The agent on a real engine; only the network and the voter are the tests' own. */
describe("a board's agent on Docker", () => {
  const runtime = dockerRuntime(dockerSocketPath(process.env));
  let board: TestBoard;

  beforeEach(async () => {
    board = await TestBoard.make(runtime, systemClock, boardMounts);
  });
  afterEach(async () => {
    await board.stopAgent();
    for (const { id } of await runtime.list(label.uid)) await runtime.remove(id);
    await boardMounts.unmountBelow(board.dataDir);
    await board.remove();
  });

  const settled = (name: string, phase: string) =>
    eventually(`pod ${name} is ${phase}`, () => board.voter.status(name)?.["phase"] === phase, waitMs);
  const isReady = (name: string) =>
    JSON.stringify(board.voter.status(name)?.["containerStatuses"] ?? "").includes('"ready":true');
  const appOf = async (name: string) => {
    const found = await runtime.list(`${label.uid}=uid-${name}`);
    return found.find(({ labels, state }) => labels[label.role] === "app" && state === "running")?.id ?? "";
  };
  const inside = async (name: string, script: string) => {
    const { output } = await runtime.exec(await appOf(name), ["sh", "-c", script], 10_000);
    return output.trim();
  };
  const start = async (...objects: readonly object[]) => {
    board.voter.put(nodeObject, ...objects);
    await board.startAgent();
    board.voter.connect();
  };

  it("gives a pod its names, variables and volumes, and updates them while it runs", async () => {
    const configMap = (colour: string) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings", namespace: "default" },
      data: { colour, "app.conf": "a=1" },
    });
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "keys", namespace: "default" },
      data: { token: Buffer.from("s3cret").toString("base64") },
    };
    await start(
      configMap("green"),
      secret,
      podObject("web", {
        hostAliases: [{ ip: "192.0.2.1", hostnames: ["printer"] }],
        securityContext: { fsGroup: 2000 },
        volumes: [
          { name: "settings", configMap: { name: "settings", items: [{ key: "colour", path: "deep/colour" }] } },
          { name: "keys", secret: { secretName: "keys", defaultMode: 0o400 } },
          { name: "scratch", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
          { name: "about", downwardAPI: { items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }] } },
        ],
        containers: [
          {
            name: "main",
            image,
            command: ["sh", "-c", "echo $(GREETING) > /scratch/said; sleep 3600"],
            env: [
              { name: "COLOUR", valueFrom: { configMapKeyRef: { name: "settings", key: "colour" } } },
              { name: "GREETING", value: "hello $(COLOUR)" },
              { name: "ADDRESS", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
              { name: "CPUS", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
            ],
            envFrom: [{ prefix: "KEY_", secretRef: { name: "keys" } }],
            resources: { limits: { cpu: "1500m", memory: "32Mi" } },
            securityContext: { runAsUser: 1000, runAsGroup: 1000, readOnlyRootFilesystem: true },
            volumeMounts: [
              { name: "settings", mountPath: "/settings" },
              { name: "keys", mountPath: "/keys" },
              { name: "scratch", mountPath: "/scratch" },
              { name: "scratch", mountPath: "/below", subPath: "made/here" },
              { name: "about", mountPath: "/about" },
            ],
          },
        ],
      }),
    );
    await settled("web", "Running");
    expect(await inside("web", "hostname; cat /etc/hosts /etc/resolv.conf")).toMatch(
      /^web\n(.*\n)*10\.42\.1\.2\tweb\n192\.0\.2\.1\tprinter\nnameserver 192\.0\.2\.53$/,
    );
    expect(await inside("web", "echo $COLOUR $GREETING $ADDRESS $CPUS $KEY_token")).toBe(
      "green hello green 10.42.1.2 2 s3cret",
    );
    expect(await inside("web", "cat /scratch/said /settings/deep/colour; echo; cat /keys/token /about/name")).toBe(
      "hello green\ngreen\ns3cretweb",
    );
    expect(await inside("web", "mount | grep -cE ' /(keys|scratch) type tmpfs'")).toBe("2");
    expect((await lstat(`${board.dataDir}/pods`)).mode & 0o777).toBe(0o700);
    const id = await appOf("web");
    board.voter.put(configMap("blue"));
    await eventually(
      "the file has changed",
      async () => (await inside("web", "cat /settings/deep/colour")) === "blue",
      waitMs,
    );
    expect(await appOf("web")).toBe(id);
    board.voter.remove("Pod default/web");
    await eventually("nothing is left", async () => (await runtime.list(label.uid)).length === 0, waitMs);
    await eventually("no files either", () =>
      access(`${board.dataDir}/pods/uid-web`).then(
        () => false,
        () => true,
      ),
    );
    expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain(board.dataDir);
  });

  it("keeps container ids over its own death, and makes a new sandbox for one that was lost", async () => {
    await start(podObject("web"));
    await settled("web", "Running");
    const id = await appOf("web");
    await board.stopAgent();
    await board.startAgent();
    board.voter.connect();
    await eventually("it is attached again", () => board.network.attached.has("uid-web"));
    expect(await appOf("web")).toBe(id);
    const [sandbox] = (await runtime.list(label.uid)).filter(({ labels }) => labels[label.role] === "sandbox");
    await runtime.stop(sandbox?.id ?? "", 0);
    const heir = await eventually(
      "a new container runs",
      async () => {
        const next = await appOf("web");
        return next !== "" && next !== id ? next : undefined;
      },
      waitMs,
    );
    expect(heir).not.toBe(id);
    await eventually(
      "the restart is reported",
      () => JSON.stringify(board.voter.status("web")).includes('"restartCount":1'),
      waitMs,
    );
  });

  it("asks containers how they are, and restarts one that fails its liveness probe", async () => {
    const probe = { periodSeconds: 1, failureThreshold: 1 };
    await start(
      podObject("web", {
        containers: [
          {
            name: "main",
            image,
            command: ["sh", "-c", "touch /tmp/alive; sleep 3600"],
            livenessProbe: { ...probe, exec: { command: ["cat", "/tmp/alive"] } },
            readinessProbe: { ...probe, exec: { command: ["cat", "/tmp/ready"] } },
          },
        ],
      }),
    );
    await settled("web", "Running");
    expect(isReady("web")).toBe(false);
    await inside("web", "touch /tmp/ready");
    await eventually("it is ready", () => isReady("web"), waitMs);
    await inside("web", "rm -f /tmp/alive || kill -9 1; mv /tmp/alive /tmp/dead");
    await eventually(
      "it was restarted",
      () => JSON.stringify(board.voter.status("web")).includes('"restartCount":1'),
      waitMs,
    );
    expect(board.voter.eventReasons).toEqual(expect.arrayContaining(["Unhealthy", "Killing"]));
  });

  describe("with a server on the board's own network", () => {
    let server: Server;
    let port: number;

    beforeAll(async () => {
      server = createServer((request, response) => {
        response.statusCode = request.url === "/well" ? 200 : 500;
        response.end();
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      port = (server.address() as AddressInfo).port;
    });
    afterAll(() => void server.close());

    it("probes over HTTP and TCP", async () => {
      const probed = (name: string, readinessProbe: object) =>
        podObject(name, {
          hostNetwork: true,
          containers: [{ name: "main", image, command: ["sleep", "3600"], readinessProbe }],
        });
      await start(
        probed("well", { httpGet: { host: "127.0.0.1", port, path: "/well" } }),
        probed("ill", { httpGet: { host: "127.0.0.1", port, path: "/ill" }, periodSeconds: 1 }),
        probed("open", { tcpSocket: { host: "127.0.0.1", port } }),
      );
      await eventually("two are ready", () => isReady("well") && isReady("open"), waitMs);
      await eventually("the third's failure is told", () => board.voter.eventReasons.includes("Unhealthy"), waitMs);
      expect(isReady("ill")).toBe(false);
      expect(board.voter.status("well")).toMatchObject({ podIP: "10.99.0.1" });
    });
  });

  it("asks before it kills: the hook runs, then SIGTERM is given its time", async () => {
    const traced = "trap 'echo term >> /trace/log; exit 0' TERM; while true; do sleep 0.1; done";
    await start(
      podObject("web", {
        terminationGracePeriodSeconds: 10,
        volumes: [{ name: "trace", hostPath: { path: `${board.dataDir}/trace`, type: "DirectoryOrCreate" } }],
        containers: [
          {
            name: "main",
            image,
            command: ["sh", "-c", traced],
            lifecycle: { preStop: { exec: { command: ["sh", "-c", "echo hook >> /trace/log"] } } },
            volumeMounts: [{ name: "trace", mountPath: "/trace" }],
          },
        ],
      }),
    );
    await settled("web", "Running");
    const metadata = { deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 10 };
    const { spec } = board.voter.object("Pod default/web");
    board.voter.put({ ...podObject("web", {}, metadata), spec });
    await eventually("the pod is gone", () => board.voter.isGone("uid-web"), waitMs);
    expect(await readFile(`${board.dataDir}/trace/log`, "utf8")).toBe("hook\nterm\n");
  });

  it("reports a container that cannot start, and leaves no trace of the attempt", async () => {
    await start(podObject("bad", { containers: [{ name: "main", image, command: ["/no/such/program"] }] }));
    await eventually(
      "it says why",
      () => JSON.stringify(board.voter.status("bad")).includes("RunContainerError"),
      waitMs,
    );
    expect(JSON.stringify(board.voter.status("bad"))).toContain("no such file or directory");
    await eventually(
      "nothing half-made stays",
      async () => (await runtime.list(label.uid)).every(({ state }) => state === "running"),
      waitMs,
    );
  });
});
