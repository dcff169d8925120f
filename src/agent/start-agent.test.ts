import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../lib/testing/eventually.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { label } from "./pod/observed-pod.ts";
import { SimulatedRuntime } from "./runtime-simulated.ts";
import { nodeObject, podObject, TestBoard } from "./testing/test-board.ts";

/** One board with a simulated engine whose containers named `fails` end at once with status 1. */
describe("a board's agent", () => {
  let clock: VirtualClock;
  let engine: SimulatedRuntime;
  let board: TestBoard;

  beforeEach(async () => {
    clock = new VirtualClock();
    engine = new SimulatedRuntime({
      clock,
      images: ["busybox:test"],
      registry: () => false,
      endsAtOnce: ({ labels, command }) =>
        labels[label.container] === "fails" ? 1 : command?.[0] === "true" ? 0 : undefined,
    });
    board = await TestBoard.make(engine, clock);
  });
  afterEach(() => board.remove());

  const settled = (name: string, phase: string) =>
    eventually(`pod ${name} is ${phase}`, () => board.voter.status(name)?.["phase"] === phase);
  const containers = () => engine.containers.map(({ id, state }) => `${id} ${state}`).sort();
  const running = () => engine.containers.filter(({ state }) => state === "running");

  it("runs a pod of its slice in a sandbox with an address, and says so", async () => {
    board.voter.put(nodeObject, podObject("web"));
    await board.startAgent();
    board.voter.connect();
    await settled("web", "Running");
    expect(board.network.attached).toEqual(new Map([["uid-web", "10.42.1.2"]]));
    expect(running().map(({ labels }) => labels[label.role])).toEqual(["sandbox", "app"]);
    expect(board.voter.status("web")).toMatchObject({
      podIP: "10.42.1.2",
      hostIP: "10.99.0.1",
      containerStatuses: [{ name: "main", ready: true, started: true, restartCount: 0, state: { running: {} } }],
    });
    expect(board.voter.eventReasons).toEqual(["Pulled", "Created", "Started"]);
    expect(board.voter.nodes[0]).toMatchObject({
      metadata: {
        name: "b1",
        labels: { "kubernetes.io/arch": "amd64", "bramble.io/board-model": "raspberry-pi-4-model-b-rev-1.4" },
        annotations: { "bramble.io/wireguard-public-key": "key" },
      },
      status: { capacity: { cpu: "4", memory: "1048576Ki" }, nodeInfo: { containerRuntimeVersion: "simulated://1" } },
    });
  });

  it("is silent and writes nothing while nothing changes", async () => {
    board.voter.put(nodeObject, podObject("web"));
    await board.startAgent();
    board.voter.connect();
    await settled("web", "Running");
    await eventually("all is said", () => board.voter.eventReasons.includes("Started"));
    const { items, sent } = board.voter;
    const before = [items.length, sent.length, board.store.writes];
    for (let minute = 0; minute < 30; minute += 1) {
      clock.advance(60_000);
      await new Promise(setImmediate);
    }
    expect([items.length, sent.length, board.store.writes]).toEqual(before);
  });

  it("deletes gracefully: containers, network and files, then the word that it is gone", async () => {
    board.voter.put(nodeObject, podObject("web"));
    await board.startAgent();
    board.voter.connect();
    await settled("web", "Running");
    const deletionTimestamp = "2026-01-01T00:00:00Z";
    board.voter.put(podObject("web", {}, { deletionTimestamp, deletionGracePeriodSeconds: 1 }));
    await eventually("the pod is gone", () => board.voter.isGone("uid-web"));
    expect(engine.containers).toEqual([]);
    expect(board.network.attached.size).toBe(0);
  });

  it("keeps containers over a restart of the agent, with nobody to talk to", async () => {
    board.voter.put(nodeObject, podObject("web"), podObject("db"));
    await board.startAgent();
    board.voter.connect();
    await settled("web", "Running");
    await settled("db", "Running");
    const before = containers();
    board.voter.disconnect();
    await board.stopAgent();
    board.voter.items.length = 0;
    await board.startAgent();
    clock.advance(300_000);
    await eventually("the network is attached again", () => board.network.attached.size === 2);
    board.voter.connect();
    await eventually("the board reports", () => board.voter.nodes.length > 0);
    expect(containers()).toEqual(before);
    expect(board.voter.sent.at(-1)).toBe("current");
  });

  it("brings every pod back after a power loss without any voter, under its old address", async () => {
    board.voter.put(nodeObject, podObject("web"), podObject("db"));
    await board.startAgent();
    board.voter.connect();
    await settled("db", "Running");
    await settled("web", "Running");
    const addresses = [...board.network.attached];
    board.voter.disconnect();
    engine.losePower();
    await board.stopAgent();
    board.network.attached.clear();
    engine.comeBack();
    await board.startAgent();
    await eventually("both pods run", () => running().length === 4);
    expect(new Set(board.network.attached)).toEqual(new Set(addresses));
    board.voter.connect();
    await eventually("the restart is reported", () => restarts("web") === 1 && restarts("db") === 1);
    expect(board.voter.status("web")).toMatchObject({
      phase: "Running",
      containerStatuses: [{ lastState: { terminated: { exitCode: 255 } } }],
    });
  });

  it("removes what the slice no longer names, but only once it knows its slice", async () => {
    board.voter.put(nodeObject, podObject("web"));
    await board.startAgent();
    board.voter.connect();
    await settled("web", "Running");
    const { store } = board;
    await board.stopAgent();
    const forgetful = await TestBoard.make(engine, clock);
    try {
      await forgetful.startAgent();
      clock.advance(600_000);
      await new Promise(setImmediate);
      expect(running()).toHaveLength(2);
      forgetful.voter.put(nodeObject);
      forgetful.voter.connect();
      await eventually("nothing of the pod is left", () => engine.containers.length === 0);
    } finally {
      await forgetful.remove();
    }
    expect(store.writes).toBe(1);
  });

  it("waits for an engine that dies, and adopts what still runs", async () => {
    board.voter.put(nodeObject, podObject("web"));
    await board.startAgent();
    board.voter.connect();
    await settled("web", "Running");
    const before = containers();
    engine.goDown();
    await advanceUntil("the node is reported not ready", () => readiness() === "False");
    engine.comeBack();
    await advanceUntil("the node is ready again", () => readiness() === "True");
    board.voter.put(podObject("late"));
    await settled("late", "Running");
    expect(containers()).toEqual(expect.arrayContaining(before));
  });

  it("restarts a failing container at once, then after 10 s, 20 s, and says CrashLoopBackOff", async () => {
    board.voter.put(nodeObject, podObject("sad", { containers: [{ name: "fails", image: "busybox:test" }] }));
    await board.startAgent();
    board.voter.connect();
    const waiting = () => board.voter.status("sad")?.["containerStatuses"];
    await eventually("the first restart is over", () => restarts("sad") === 1);
    await eventually("it waits", () => JSON.stringify(waiting()).includes("back-off 10s restarting"));
    clock.advance(9_000);
    await new Promise(setImmediate);
    expect(restarts("sad")).toBe(1);
    clock.advance(1_500);
    await eventually("the second restart", () => restarts("sad") === 2);
    await eventually("it waits longer", () => JSON.stringify(waiting()).includes("back-off 20s restarting"));
    expect(board.voter.status("sad")).toMatchObject({
      phase: "Running",
      containerStatuses: [
        { state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: { terminated: { exitCode: 1 } } },
      ],
    });
    expect(engine.containers.filter(({ labels }) => labels[label.role] === "app")).toHaveLength(2);
    expect(board.voter.eventReasons).toContain("BackOff");
  });

  it("runs init containers in order, and ends a pod whose work is done", async () => {
    const image = "busybox:test";
    board.voter.put(
      nodeObject,
      podObject("job", {
        restartPolicy: "Never",
        initContainers: [
          { name: "first", image, command: ["true"] },
          { name: "second", image, command: ["true"] },
        ],
        containers: [{ name: "main", image, command: ["true"] }],
      }),
    );
    await board.startAgent();
    board.voter.connect();
    await settled("job", "Succeeded");
    const order = engine.containers.map(({ labels }) => labels[label.container]);
    expect(order).toEqual(["first", "second", "main"]);
    expect(board.network.attached.size).toBe(0);
  });

  it("lets a pod of an old name's heir wait until the old one has ended", async () => {
    board.voter.put(nodeObject, podObject("web"));
    await board.startAgent();
    board.voter.connect();
    await settled("web", "Running");
    board.voter.put(podObject("web", {}, { uid: "uid-heir" }));
    await eventually("the heir runs", () =>
      board.voter.items.some(
        (item) => item.type === "podStatus" && item.uid === "uid-heir" && item.status["phase"] === "Running",
      ),
    );
    expect(new Set(engine.containers.map(({ labels }) => labels[label.uid]))).toEqual(new Set(["uid-heir"]));
  });

  it("says what a container waits for, and goes on when the slice brings it", async () => {
    const env = [{ name: "COLOUR", valueFrom: { configMapKeyRef: { name: "settings", key: "colour" } } }];
    board.voter.put(
      nodeObject,
      podObject("web", { containers: [{ name: "main", image: "busybox:test", env }] }),
      podObject("never", { containers: [{ name: "main", image: "absent:1", imagePullPolicy: "Never" }] }),
      podObject("pull", { containers: [{ name: "main", image: "absent:2", imagePullPolicy: "IfNotPresent" }] }),
    );
    await board.startAgent();
    board.voter.connect();
    const reason = (name: string) => {
      const [main] = Object(board.voter.status(name)?.["containerStatuses"]);
      return main?.state.waiting;
    };
    await eventually("web waits", () => reason("web")?.reason === "CreateContainerConfigError");
    expect(reason("web").message).toBe('configmap "settings" not found');
    await eventually("never waits", () => reason("never")?.reason === "ErrImageNeverPull");
    await eventually("pull waits", () => reason("pull")?.reason === "ErrImagePull");
    board.voter.put({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings", namespace: "default" },
      data: { colour: "green" },
    });
    await settled("web", "Running");
  });

  it("keeps a claim's directory when the pod goes, and removes it with the volume", async () => {
    const volume = (metadata: object = {}) => ({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "pv-1", uid: "uid-pv-1", ...metadata },
      spec: { local: { path: "pv-1" }, claimRef: { namespace: "default", name: "data" } },
    });
    const claim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", namespace: "default", uid: "uid-data" },
      spec: { volumeName: "pv-1" },
    };
    const { access } = await import("node:fs/promises");
    const directory = `${board.dataDir}/volumes/pv-1`;
    board.voter.put(
      nodeObject,
      claim,
      volume(),
      podObject("db", {
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
        containers: [{ name: "main", image: "busybox:test", volumeMounts: [{ name: "data", mountPath: "/data" }] }],
      }),
    );
    await board.startAgent();
    board.voter.connect();
    await settled("db", "Running");
    await access(directory);
    // Deleted while its pod still runs: the directory stays until the pod has gone.
    board.voter.put(volume({ deletionTimestamp: "2026-01-01T00:00:00Z" }));
    board.voter.remove("Pod default/db");
    await eventually("the volume is gone", () => board.voter.goneVolumes.includes("pv-1"));
    await expect(access(directory)).rejects.toThrow();
    expect(engine.containers).toEqual([]);
  });

  function restarts(name: string): number | undefined {
    const [main] = Object(board.voter.status(name)?.["containerStatuses"] ?? []);
    return main?.restartCount;
  }

  function readiness(): unknown {
    const conditions = Object(board.voter.nodes.at(-1))?.status?.conditions ?? [];
    return conditions.find(({ type }: { type: string }) => type === "Ready")?.status;
  }

  function advanceUntil(what: string, look: () => boolean) {
    return eventually(what, () => {
      clock.advance(1_000);
      return look();
    });
  }
});
