/** Programs that speak to the fleet through Kubernetes' own client libraries, through a voter that does not lead. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import {
  AppsV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  makeInformer,
  PatchStrategy,
  PortForward,
  setHeaderOptions,
  type V1ConfigMap,
  type V1Status,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../src/platform/host/run-command.ts";
import { podsOn } from "./fleet-view.ts";
import { type Lab, upLab } from "./lab.ts";
import { leaderOf } from "./leader.ts";
import { removeLab } from "./remove-lab.ts";
import { waitUntil } from "./wait-until.ts";

const name = "test-clients";
const namespace = "default";
const sample = join(import.meta.dirname, "../../config/samples/hello-daemonset.yaml");
const home = mkdtempSync(join(tmpdir(), "clients-"));
const kubeconfig = join(home, "kubeconfig");
let lab: Lab;
let pod = "";
const config = new KubeConfig();

beforeAll(async () => {
  await removeLab(name);
  lab = await upLab({ name, boards: 3, voters: 3, bramble: true, say: () => {} });
  const leader = await leaderOf(lab);
  const follower = lab.record.boards.find((board) => board.name !== leader)?.name ?? "";
  const administrator = readFileSync(lab.kubeconfig, "utf8");
  writeFileSync(kubeconfig, administrator.replace(/^current-context: .*$/m, `current-context: ${follower}`));
  config.loadFromFile(kubeconfig);
  await lab.kubectl(["apply", "-f", sample]);
  const pods = await podsOn(lab, "hello", ["b1", "b2", "b3"]);
  // Of another board than the voter that is asked.
  pod = pods.find(({ board }) => board !== follower)?.name ?? "";
});
afterAll(async () => {
  await removeLab(name);
  rmSync(home, { recursive: true });
});

describe("@kubernetes/client-node", () => {
  it("lists, and pages through what there is", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const first = await core.listNode({ limit: 2 });
    expect(first.items).toHaveLength(2);
    const rest = await core.listNode({ limit: 2, _continue: first.metadata?._continue ?? "" });
    const names = [...first.items, ...rest.items].map(({ metadata }) => metadata?.name);
    expect(names.sort()).toEqual(["b1", "b2", "b3"]);
  });

  it("follows a kind by its informer", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const informer = makeInformer<V1ConfigMap>(
      config,
      path,
      () => core.listNamespacedConfigMap({ namespace, labelSelector: "of=informer" }),
      "of=informer",
    );
    const heard: string[] = [];
    for (const verb of ["add", "update", "delete"] as const) {
      informer.on(verb as "add", (object) => heard.push(`${verb} ${object.data?.["round"]}`));
    }
    await informer.start();
    const metadata = { name: "informed", labels: { of: "informer" } };
    await core.createNamespacedConfigMap({ namespace, body: { metadata, data: { round: "0" } } });
    for (const round of ["1", "2"]) {
      await core.replaceNamespacedConfigMap({ namespace, name: "informed", body: { metadata, data: { round } } });
    }
    await core.deleteNamespacedConfigMap({ namespace, name: "informed" });
    await waitUntil("the informer hears of the end", 20_000, () => heard.includes("delete 2"));
    await informer.stop();
    expect(heard).toEqual(["add 0", "update 1", "update 2", "delete 2"]);
  });

  it("patches in every way, and applies", async () => {
    const core = config.makeApiClient(CoreV1Api);
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "patched" }, data: { a: "1" } } });
    const patch = (body: unknown, strategy: PatchStrategy, rest = {}) =>
      core.patchNamespacedConfigMap(
        { namespace, name: "patched", body, ...rest },
        setHeaderOptions("Content-Type", strategy),
      );
    await patch({ data: { b: "2" } }, PatchStrategy.MergePatch);
    await patch({ data: { c: "3" } }, PatchStrategy.StrategicMergePatch);
    const { data } = await patch([{ op: "remove", path: "/data/a" }], PatchStrategy.JsonPatch);
    expect(data).toEqual({ b: "2", c: "3" });
    const applied = await patch(
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "patched" }, data: { d: "4" } },
      PatchStrategy.ServerSideApply,
      { fieldManager: "test", force: true },
    );
    expect(applied.data).toEqual({ b: "2", c: "3", d: "4" });
    const objects = KubernetesObjectApi.makeApiClient(config);
    const read = await objects.read<V1ConfigMap>({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "patched", namespace },
    });
    expect(read.data).toEqual(applied.data);
    const sets = await config.makeApiClient(AppsV1Api).listNamespacedDaemonSet({ namespace });
    expect(sets.items.map(({ metadata }) => metadata?.name)).toEqual(["hello"]);
  });

  it("executes in a pod: output, errors and exit code apart", async () => {
    const [out, err] = [new PassThrough(), new PassThrough()];
    const said = Promise.all([text(out), text(err)]);
    const status = await new Promise<V1Status>((resolve, reject) => {
      const command = ["sh", "-c", "cat; echo err >&2; exit 4"];
      const input = Readable.from(["through\n"]);
      new Exec(config)
        .exec(namespace, pod, "hello", command, out, err, input, false, resolve)
        .catch((error: unknown) => reject(error));
    });
    out.end();
    err.end();
    expect(await said).toEqual(["through\n", "err\n"]);
    expect(status).toMatchObject({
      status: "Failure",
      reason: "NonZeroExitCode",
      details: { causes: [{ reason: "ExitCode", message: "4" }] },
    });
  });

  it("follows a pod's log, as far as it was asked to", async () => {
    await runInPod("echo logged > /proc/1/fd/1");
    const sink = new PassThrough();
    const said = text(sink);
    const options = { follow: true, tailLines: 1, limitBytes: "logged\n".length };
    await new Log(config).log(namespace, pod, "hello", sink, options);
    expect(await said).toBe("logged\n");
  });

  it("forwards a port", async () => {
    const forward = new PortForward(config);
    const server = createServer((socket) => void forward.portForward(namespace, pod, [8080], socket, null, socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const listening = server.address();
    const port = typeof listening === "object" && listening !== null ? listening.port : 0;
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      answer += chunk;
    });
    socket.write("GET / HTTP/1.0\r\n\r\n");
    await waitUntil("the pod answers", 20_000, () => answer.includes(`hello from ${pod}`));
    socket.destroy();
    server.close();
  });
});

describe("Debian's python3-kubernetes", () => {
  it("lists, watches, executes and reads logs", async () => {
    const said = await runCommand(["/usr/bin/python3", join(import.meta.dirname, "python-client.py"), kubeconfig]);
    expect(said.trim().split("\n")).toEqual([
      "nodes b1 b2 b3",
      "watched MODIFIED:1 MODIFIED:2 MODIFIED:3 DELETED:3",
      "refused 404 Not Found",
      "executed err out",
      "talked heard something 3",
      "logged yes",
    ]);
  });
});

function runInPod(script: string): Promise<void> {
  return new Promise((resolve, reject) => {
    new Exec(config)
      .exec(namespace, pod, "hello", ["sh", "-c", script], new PassThrough().resume(), null, null, false, () =>
        resolve(),
      )
      .catch((error: unknown) => reject(error));
  });
}
