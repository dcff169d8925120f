import { afterEach, describe, expect, it } from "vitest";
import { daemonSetResource } from "../api/kinds/daemon-set.ts";
import { namespaceResource } from "../api/kinds/namespace.ts";
import { nodeResource } from "../api/kinds/node.ts";
import { persistentVolumeResource } from "../api/kinds/persistent-volume.ts";
import { persistentVolumeClaimResource } from "../api/kinds/persistent-volume-claim.ts";
import { type Pod, podResource } from "../api/kinds/pod.ts";
import { isConditionTrue } from "../api/meta/condition.ts";
import { makeClaim, makeDaemonSet, makePod } from "../client/testing/objects.ts";
import { SmallFleet } from "./testing/small-fleet.ts";

const set = { namespace: "default", name: "hello" };

describe("a fleet of three boards", () => {
  let fleet: SmallFleet;
  afterEach(() => fleet.stop());

  const pods = async () => (await fleet.client.list(podResource, { namespace: "default" })).items;
  const isReady = (pod: Pod) => isConditionTrue(pod.status.conditions, "Ready");
  const readyBoards = async () => new Set((await pods()).filter(isReady).map((pod) => pod.spec.nodeName));
  const status = async () => (await fleet.client.get(daemonSetResource, set)).status;
  const nodeIsReady = async (name: string) =>
    isConditionTrue((await fleet.client.find(nodeResource, { name }))?.status.conditions, "Ready");

  async function startWithDaemonSet(spec: Record<string, unknown> = {}): Promise<void> {
    fleet = await SmallFleet.start(["b1", "b2", "b3"]);
    const { metadata: _, ...rest } = makeDaemonSet("hello");
    await fleet.client.create(daemonSetResource, {
      ...rest,
      metadata: { name: "hello", namespace: "default" },
      spec: { ...rest.spec, ...spec },
    });
    await fleet.until("a ready pod on every board", async () => (await status()).numberAvailable === 3);
  }

  async function changeImage(image: string): Promise<void> {
    const template = { spec: { containers: [{ name: "main", image }] } };
    await fleet.client.mergePatch(daemonSetResource, set, { spec: { template } });
  }

  it("registers its boards, with ranges of their own, and runs one pod on each", async () => {
    await startWithDaemonSet();
    const nodes = (await fleet.client.list(nodeResource)).items;
    expect(new Set(nodes.map((node) => node.spec.podCIDR)).size).toBe(3);
    expect(nodes.find(({ metadata }) => metadata.name === "b1")?.metadata.labels).toHaveProperty(
      "node-role.kubernetes.io/voter",
    );
    expect([...(await readyBoards())].sort()).toEqual(["b1", "b2", "b3"]);
    expect(await status()).toMatchObject({
      desiredNumberScheduled: 3,
      updatedNumberScheduled: 3,
      numberUnavailable: 0,
    });
  });

  it("rolls a new template out board by board", async () => {
    await startWithDaemonSet();
    let readyMin = 3;
    await changeImage("hello:2");
    await fleet.until("the rollout's end", async () => {
      readyMin = Math.min(readyMin, (await readyBoards()).size);
      const { updatedNumberScheduled, numberAvailable, observedGeneration } = await status();
      return observedGeneration === 2 && updatedNumberScheduled === 3 && numberAvailable === 3;
    });
    expect(readyMin).toBe(2);
    expect((await pods()).map((pod) => pod.spec.containers[0]?.image)).toEqual(["hello:2", "hello:2", "hello:2"]);
  });

  it("notices a lost board, goes on without it, and catches up when it is back", async () => {
    await startWithDaemonSet();
    const lost = fleet.boards.get("b3");
    const before = [...(lost?.started ?? [])];
    lost?.cable.unplug();
    await fleet.until("b3 is not ready", async () => !(await nodeIsReady("b3")));
    expect((await fleet.client.get(nodeResource, { name: "b3" })).spec.taints?.map(({ key }) => key)).toContain(
      "node.kubernetes.io/unreachable",
    );
    await fleet.until("its pod is not ready", async () => !(await readyBoards()).has("b3"));

    await changeImage("hello:2");
    await fleet.until("the others are updated", async () => {
      const { desiredNumberScheduled, updatedNumberScheduled, numberAvailable } = await status();
      return desiredNumberScheduled === 2 && updatedNumberScheduled === 2 && numberAvailable === 2;
    });
    expect(lost?.started).toEqual(before);

    lost?.cable.plugInto(fleet.socket);
    await fleet.until(
      "b3 has it too",
      async () => (await status()).updatedNumberScheduled === 3 && (await status()).numberAvailable === 3,
    );
    expect(lost?.started).toHaveLength(2);
    expect((await fleet.client.get(nodeResource, { name: "b3" })).spec.taints ?? []).toEqual([]);
  });

  it("restarts nothing, and is told almost nothing, when a board comes back unchanged", async () => {
    await startWithDaemonSet();
    const board = fleet.boards.get("b2");
    board?.cable.unplug();
    await fleet.pass(200);
    const sentBefore = fleet.socket.sent.length;
    board?.cable.plugInto(fleet.socket);
    await fleet.until("an answer", () => fleet.socket.sent.length > sentBefore);
    await fleet.pass(1000);
    const told = fleet.socket.sent.slice(sentBefore).join("");
    expect(told).toContain('"type":"current"');
    expect(told.length).toBeLessThan(500);
    expect(board?.started).toHaveLength(1);
  });

  it("writes nothing while nothing happens", async () => {
    await startWithDaemonSet();
    await fleet.pass(10_000);
    const before = fleet.test.store.transactions;
    const sent = fleet.socket.sent.length;
    await fleet.pass(60_000);
    expect(fleet.test.store.transactions - before).toBe(0);
    expect(fleet.socket.sent.length - sent).toBe(0);
  });

  it("removes every pod of a deleted set, and the pods of a deleted board", async () => {
    await startWithDaemonSet();
    fleet.boards.get("b3")?.cable.unplug();
    await fleet.client.delete(nodeResource, { name: "b3" });
    await fleet.until("b3's pod is gone", async () => (await pods()).every((pod) => pod.spec.nodeName !== "b3"));
    await fleet.client.delete(daemonSetResource, set);
    await fleet.until("no pod is left", async () => (await pods()).length === 0);
  });

  it("makes a volume where the pod goes, keeps it while it is used, and removes it with its claim", async () => {
    fleet = await SmallFleet.start(["b1", "b2"]);
    const claim = { namespace: "default", name: "data" };
    const { metadata: _, ...wish } = makeClaim("data");
    await fleet.client.create(persistentVolumeClaimResource, { ...wish, metadata: claim });
    const { metadata: __, ...pod } = makePod("writer", {
      spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
    });
    await fleet.client.create(podResource, { ...pod, metadata: { name: "writer", namespace: "default" } });
    const bound = async () => fleet.client.find(persistentVolumeClaimResource, claim);
    await fleet.until("the claim is bound", async () => (await bound())?.status.phase === "Bound");
    const [volume] = (await fleet.client.list(persistentVolumeResource)).items;
    const [writer] = await pods();
    expect(volume?.metadata.labels).toEqual({ "bramble.io/board": writer?.spec.nodeName });
    await fleet.until("the board holds it", () =>
      Array.from(fleet.boards.get(writer?.spec.nodeName ?? "")?.slice.keys() ?? []).includes(
        `PersistentVolume /${volume?.metadata.name}`,
      ),
    );

    await fleet.client.delete(persistentVolumeClaimResource, claim);
    await fleet.pass(2000);
    expect((await bound())?.metadata.deletionTimestamp).toBeDefined();
    await fleet.client.delete(podResource, { namespace: "default", name: "writer" });
    await fleet.until("the claim is gone", async () => (await bound()) === undefined);
    await fleet.until(
      "so is the volume",
      async () => (await fleet.client.list(persistentVolumeResource)).items.length === 0,
    );
  });

  it("says in kubectl's words why a pod cannot be placed, and places it when it can", async () => {
    fleet = await SmallFleet.start(["b1", "b2"]);
    await fleet.until("both boards are there", async () => (await nodeIsReady("b1")) && (await nodeIsReady("b2")));
    const { metadata: _, ...pod } = makePod("picky", { spec: { nodeSelector: { disk: "ssd" } } });
    await fleet.client.create(podResource, { ...pod, metadata: { name: "picky", namespace: "default" } });
    const message = async () =>
      (await pods())[0]?.status.conditions?.find(({ type }) => type === "PodScheduled")?.message;
    await fleet.until("an explanation", async () => (await message()) !== undefined);
    expect(await message()).toBe("0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.");
    await fleet.client.mergePatch(nodeResource, { name: "b2" }, { metadata: { labels: { disk: "ssd" } } });
    await fleet.until("it runs on b2", async () => (await readyBoards()).has("b2"));
  });

  it("empties a namespace that is deleted, and lets it go once its boards have ended its pods", async () => {
    fleet = await SmallFleet.start(["b1"]);
    await fleet.client.create(
      namespaceResource,
      namespaceResource.schema.parse({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }),
    );
    const { metadata: _, ...rest } = makeDaemonSet("till");
    await fleet.client.create(daemonSetResource, { ...rest, metadata: { name: "till", namespace: "shop" } });
    const shopPods = async () => (await fleet.client.list(podResource, { namespace: "shop" })).items;
    await fleet.until("a pod runs there", async () => (await shopPods()).some(isReady));
    await fleet.client.delete(namespaceResource, { name: "shop" });
    await fleet.until(
      "it is gone",
      async () => (await fleet.client.find(namespaceResource, { name: "shop" })) === undefined,
    );
    expect(await shopPods()).toEqual([]);
  });

  it("answers a board only when a leader vouches for the state, and keeps its reports until they are committed", async () => {
    fleet = await SmallFleet.start(["b1"]);
    await fleet.until("b1 is there", () => nodeIsReady("b1"));
    fleet.test.store.leader = "none";
    const late = fleet.addBoard("b2");
    await fleet.pass(5000);
    expect(late.slice.size).toBe(0);
    fleet.test.store.leader = "there";
    await fleet.until("b2 is there", () => nodeIsReady("b2"));
    expect(late.slice.has("Node /b1")).toBe(true);

    fleet.test.store.leader = "none";
    late.reportNode({ "example.com/shelf": "3" });
    await fleet.pass(3000);
    fleet.test.store.leader = "there";
    const label = async () =>
      (await fleet.client.get(nodeResource, { name: "b2" })).metadata.labels?.["example.com/shelf"];
    await fleet.until("the report is committed", async () => (await label()) === "3");
  });

  it("replaces a pod that failed, ever more patiently", async () => {
    await startWithDaemonSet();
    const fail = async () => {
      const [pod] = (await pods()).filter(({ spec }) => spec.nodeName === "b1");
      if (pod === undefined) throw new Error("b1 has no pod");
      await fleet.client.updateStatus(podResource, {
        ...pod,
        status: { ...pod.status, phase: "Failed", conditions: [] },
      });
      const before = fleet.test.clock.monotonicMs();
      await fleet.until("another pod runs", async () => {
        const [next] = (await pods()).filter(({ spec }) => spec.nodeName === "b1");
        return next !== undefined && next.metadata.uid !== pod.metadata.uid && isReady(next);
      });
      return fleet.test.clock.monotonicMs() - before;
    };
    expect(await fail()).toBeLessThan(500);
    expect(await fail()).toBeGreaterThan(500);
    expect(await fail()).toBeGreaterThan(1500);
  });
});
