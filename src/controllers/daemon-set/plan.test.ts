import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashLabel, templateHash } from "../../api/daemon-set/template-hash.ts";
import type { DaemonSet } from "../../api/kinds/daemon-set.ts";
import type { Node } from "../../api/kinds/node.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { makeDaemonSet, makeNode, makePod, readyConditions } from "../../client/testing/objects.ts";
import { type DaemonSetPlan, planDaemonSet } from "./plan.ts";
import { podForBoard } from "./pod-for-board.ts";

const nowMs = Date.parse("2026-01-02T00:00:00Z");
const away = { status: { conditions: [{ type: "Ready", status: "Unknown" }] } };

function plan(set: DaemonSet, nodes: Node[], pods: Pod[], waits: [string, number][] = []): DaemonSetPlan {
  return planDaemonSet({ set, nodes, pods, failedPodsWaitMs: new Map(waits), nowMs });
}

type Health = "ready" | "pending" | "failed" | "terminating" | "vanished";

/** A pod of the set on `board`: of its current template, or of an older one. */
function podOn(
  set: DaemonSet,
  board: string,
  version: "new" | "old",
  health: Health,
  name = `${version}-${board}`,
): Pod {
  const hash = version === "new" ? templateHash(set) : "older";
  const pod = podForBoard(set, board, hash, name);
  const conditions = health === "ready" ? [...readyConditions] : health === "vanished" ? [readyConditions[0]] : [];
  return makePod(name, {
    metadata: {
      ...pod.metadata,
      uid: `uid-${name}`,
      ...(health === "terminating" && { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    },
    spec: { ...pod.spec, nodeName: board },
    status: { phase: health === "failed" ? "Failed" : "Running", conditions },
  });
}

const names = (pods: readonly Pod[]) => pods.map((pod) => pod.metadata.name).sort();
const boards = (count: number) => Array.from({ length: count }, (_, index) => makeNode(`b${index + 1}`));

describe("planDaemonSet", () => {
  const set = makeDaemonSet("hello");
  const [b1, b2, b3] = [makeNode("b1"), makeNode("b2"), makeNode("b3")];

  it.each<{ story: string; set?: DaemonSet; nodes: Node[]; pods: Pod[]; create: string[]; remove: string[] }>([
    { story: "gives every board its pod", nodes: [b2, b1], pods: [], create: ["b1", "b2"], remove: [] },
    {
      story: "leaves alone what is as it should be",
      nodes: [b1, b2],
      pods: [podOn(set, "b1", "new", "ready"), podOn(set, "b2", "new", "pending")],
      create: [],
      remove: [],
    },
    {
      story: "gives a board that is away its pod when it returns",
      nodes: [b1, makeNode("b2", away)],
      pods: [],
      create: ["b1"],
      remove: [],
    },
    {
      story: "waits for a pod to be gone before it makes another",
      nodes: [b1],
      pods: [podOn(set, "b1", "new", "terminating")],
      create: [],
      remove: [],
    },
    {
      story: "replaces a failed pod",
      nodes: [b1],
      pods: [podOn(set, "b1", "new", "failed")],
      create: [],
      remove: ["new-b1"],
    },
    {
      story: "keeps one of two pods on a board",
      nodes: [b1],
      pods: [podOn(set, "b1", "new", "ready"), podOn(set, "b1", "new", "ready", "twin")],
      create: [],
      remove: ["twin"],
    },
    {
      story: "removes what runs on boards the selector no longer names",
      set: makeDaemonSet("hello", {
        spec: {
          selector: { matchLabels: { app: "hello" } },
          template: {
            metadata: { labels: { app: "hello" } },
            spec: { nodeSelector: { disk: "ssd" }, containers: [{ name: "c", image: "i" }] },
          },
        },
      }),
      nodes: [b1, makeNode("b2", { metadata: { labels: { disk: "ssd" } } })],
      pods: [podOn(set, "b1", "old", "ready")],
      create: ["b2"],
      remove: ["old-b1"],
    },
    {
      story: "starts nothing on a tainted board, but leaves what runs",
      nodes: [
        makeNode("b1", { spec: { taints: [{ key: "spare", effect: "NoSchedule" }] } }),
        makeNode("b2", { spec: { taints: [{ key: "spare", effect: "NoSchedule" }] } }),
        makeNode("b3", { spec: { taints: [{ key: "spare", effect: "NoExecute" }] } }),
      ],
      pods: [podOn(set, "b1", "new", "ready"), podOn(set, "b3", "new", "ready")],
      create: [],
      remove: ["new-b3"],
    },
    {
      story: "runs on cordoned boards",
      nodes: [
        makeNode("b1", {
          spec: { unschedulable: true, taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }] },
        }),
      ],
      pods: [],
      create: ["b1"],
      remove: [],
    },
    {
      story: "updates one board at a time",
      nodes: [b1, b2, b3],
      pods: ["b1", "b2", "b3"].map((board) => podOn(set, board, "old", "ready")),
      create: [],
      remove: ["old-b1"],
    },
    {
      story: "waits for the updated board to be ready",
      nodes: [b1, b2, b3],
      pods: [podOn(set, "b1", "new", "pending"), podOn(set, "b2", "old", "ready"), podOn(set, "b3", "old", "ready")],
      create: [],
      remove: [],
    },
    {
      story: "replaces old pods that do not work without waiting",
      nodes: [b1, b2, b3],
      pods: [podOn(set, "b1", "new", "pending"), podOn(set, "b2", "old", "pending"), podOn(set, "b3", "old", "ready")],
      create: [],
      remove: ["old-b2"],
    },
    {
      story: "is not held up by a board that was away before its turn",
      nodes: [makeNode("b1", away), b2, b3],
      pods: [podOn(set, "b1", "old", "vanished"), podOn(set, "b2", "new", "ready"), podOn(set, "b3", "old", "ready")],
      create: [],
      remove: ["old-b3"],
    },
    {
      story: "stops when a board vanished during its own update",
      nodes: [makeNode("b1", away), b2, b3],
      pods: [podOn(set, "b1", "new", "pending"), podOn(set, "b2", "old", "ready"), podOn(set, "b3", "old", "ready")],
      create: [],
      remove: [],
    },
    {
      story: "goes on when a board vanished after its update",
      nodes: [makeNode("b1", away), b2, b3],
      pods: [podOn(set, "b1", "new", "vanished"), podOn(set, "b2", "old", "ready"), podOn(set, "b3", "old", "ready")],
      create: [],
      remove: ["old-b2"],
    },
  ])("$story", ({ set: own = set, nodes, pods, create, remove }) => {
    const made = plan(own, nodes, pods);
    expect(made.create).toEqual(create);
    expect(names(made.remove)).toEqual(remove);
  });

  it.each([
    { maxUnavailable: 2, removed: 2 },
    { maxUnavailable: "50%", removed: 3 },
    { maxUnavailable: 0, removed: 1 },
  ])("takes $removed of 5 boards down for maxUnavailable $maxUnavailable", ({ maxUnavailable, removed }) => {
    const rolling = makeDaemonSet("hello", {
      spec: { ...set.spec, updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable } } },
    });
    const pods = boards(5).map((node) => podOn(rolling, node.metadata.name, "old", "ready"));
    expect(plan(rolling, boards(5), pods).remove).toHaveLength(removed);
  });

  it("leaves updates to people where the strategy says so", () => {
    const onDelete = makeDaemonSet("hello", { spec: { ...set.spec, updateStrategy: { type: "OnDelete" } } });
    expect(plan(onDelete, [b1], [podOn(onDelete, "b1", "old", "ready")]).remove).toEqual([]);
  });

  it("lets a failed pod lie while its board waits, and says when to look again", () => {
    const made = plan(set, [b1], [podOn(set, "b1", "new", "failed")], [["b1", 4000]]);
    expect([made.remove, made.failed, made.recheckMs]).toEqual([[], [], 4000]);
  });

  it("counts reachable boards, and names those that are owed", () => {
    const pods = [
      podOn(set, "b1", "new", "ready"),
      podOn(set, "b2", "old", "ready"),
      podOn(set, "b3", "old", "vanished"),
    ];
    const { status } = plan(set, [b1, b2, makeNode("b3", away)], pods);
    expect(status).toMatchObject({
      observedGeneration: 1,
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      updatedNumberScheduled: 1,
      numberReady: 2,
      numberAvailable: 2,
      numberUnavailable: 0,
      numberMisscheduled: 0,
    });
    expect(status.conditions?.[0]).toMatchObject({
      type: "AllBoardsReached",
      status: "False",
      message: "away, and updated when they return: b3",
    });
  });

  it("counts a pod as available only after it has been ready for long enough", () => {
    const patient = makeDaemonSet("hello", { spec: { ...set.spec, minReadySeconds: 10 } });
    const since = new Date(nowMs - 4000).toISOString();
    const pod = podOn(patient, "b1", "new", "ready");
    const fresh = makePod("p", {
      ...pod,
      status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: since }] },
    });
    const made = plan(patient, [b1], [fresh]);
    expect([made.status.numberReady, made.status.numberAvailable, made.recheckMs]).toEqual([1, 0, 6000]);
  });

  it("names a template by the same hash whatever the order of its fields", () => {
    const { template } = set.spec;
    const turned = { ...set, spec: { ...set.spec, template: { spec: template.spec, metadata: template.metadata } } };
    expect(templateHash(turned)).toBe(templateHash(set));
    expect(
      templateHash(
        makeDaemonSet("hello", {
          spec: { ...set.spec, template: { ...template, metadata: { labels: { app: "hello", v: "2" } } } },
        }),
      ),
    ).not.toBe(templateHash(set));
  });
});

describe("a rollout", () => {
  const healths = ["ready", "pending", "failed"] as const;
  const start = fc.record({
    boards: fc.integer({ min: 1, max: 8 }),
    away: fc.integer({ min: 0, max: 255 }),
    pods: fc.array(
      fc.tuple(fc.integer({ min: 1, max: 8 }), fc.constantFrom("new", "old"), fc.constantFrom(...healths)),
      { maxLength: 12 },
    ),
    maxUnavailable: fc.integer({ min: 1, max: 3 }),
  });

  it("reaches an empty plan in bounded rounds and never takes down more working pods than allowed", () => {
    fc.assert(
      fc.property(start, ({ boards: count, away: awayBits, pods: seeds, maxUnavailable }) => {
        const set = makeDaemonSet("hello", {
          spec: { ...makeDaemonSet("hello").spec, updateStrategy: { rollingUpdate: { maxUnavailable } } },
        });
        const nodes = Array.from({ length: count }, (_, i) => makeNode(`b${i + 1}`, (awayBits >> i) & 1 ? away : {}));
        let pods = seeds.map(([board, version, health], i) => podOn(set, `b${board}`, version, health, `seed-${i}`));
        let made = 0;
        for (let round = 0; round < 40; round += 1) {
          const next = plan(set, nodes, pods);
          if (next.create.length + next.remove.length === 0) {
            const reachable = nodes.filter((node) => node.status.conditions?.[0]?.status === "True");
            const updated = pods.filter((pod) => pod.metadata.labels?.[hashLabel] === next.hash);
            const vanished = nodes.length - reachable.length;
            // Boards that vanished in the middle of their own update may have stopped the rest.
            if (vanished === 0)
              for (const node of reachable)
                expect(updated.some((pod) => pod.spec.nodeName === node.metadata.name)).toBe(true);
            return;
          }
          const gone = new Set(next.remove);
          const down = serving(pods).difference(serving(pods.filter((pod) => !gone.has(pod))));
          expect(down.size).toBeLessThanOrEqual(maxUnavailable);
          // Everything that is told to happen happens, and what runs becomes ready.
          pods = pods
            .filter((pod) => !gone.has(pod))
            .map((pod) => (pod.status.phase === "Failed" ? pod : podReady(pod)));
          pods.push(...next.create.map((board) => podOn(set, board, "new", "ready", `made-${made++}`)));
        }
        expect.fail("the plan never became empty");
      }),
      { numRuns: 150 },
    );
  });

  /** Boards with a working pod. */
  function serving(pods: readonly Pod[]): Set<string | undefined> {
    const working = pods.filter((pod) => pod.status.conditions?.some(({ type }) => type === "Ready"));
    return new Set(working.map((pod) => pod.spec.nodeName));
  }

  function podReady(pod: Pod): Pod {
    return {
      ...pod,
      status: { ...pod.status, phase: "Running", conditions: readyConditions.map((condition) => ({ ...condition })) },
    };
  }
});
