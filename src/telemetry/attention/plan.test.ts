import { describe, expect, it } from "vitest";
import type { Node } from "../../api/kinds/node.ts";
import { nodeResource } from "../../api/kinds/node.ts";
import { podResource } from "../../api/kinds/pod.ts";
import { parseOrRefuse } from "../../api/parse-object.ts";
import type { NodeMetrics } from "../../api/telemetry/node-telemetry.ts";
import type { WorkloadTelemetry } from "../../api/telemetry/workload-telemetry.ts";
import { planAttention, type TroubleView } from "./plan.ts";

const nowMs = Date.UTC(2026, 10, 30, 8, 0, 0);
const now = new Date(nowMs).toISOString();
const ago = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString().replace(".000", "");

function node(ready: "True" | "False" | "Unknown" = "True", sinceMinutes = 60): Node {
  const condition = {
    type: "Ready",
    status: ready,
    lastTransitionTime: ago(sinceMinutes),
    message: "the engine is down",
  };
  return parseOrRefuse(nodeResource, {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "b1" },
    status: { conditions: [condition] },
  });
}

const well: NodeMetrics = {
  measured: now,
  uptimeSeconds: 60,
  load1: 0,
  memory: { usedBytes: 1, totalBytes: 2 },
  disk: { usedBytes: 50, totalBytes: 100 },
  temperatureCelsius: 50,
  underVoltage: false,
  link: { receivedBytes: 0, sentBytes: 0 },
  pods: 0,
};

function crashing(restartCount: number) {
  return parseOrRefuse(podResource, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop" },
    spec: { nodeName: "b1", containers: [{ name: "web", image: "web" }] },
    status: {
      phase: "Running",
      containerStatuses: [
        {
          name: "web",
          image: "web",
          imageID: "",
          ready: false,
          restartCount,
          state: { waiting: { reason: "CrashLoopBackOff" } },
        },
      ],
    },
  });
}

function look(view: Partial<TroubleView>, before: ReturnType<typeof planAttention>["attentions"] = new Map()) {
  return planAttention(
    {
      nodes: [node()],
      presence: () => ({ state: "online" }),
      metrics: () => ({ metrics: well, heardMs: nowMs }),
      isVoter: () => false,
      pods: [],
      workloads: [],
      nowMs,
      ...view,
    },
    before,
  );
}

const measuring = (metrics: Partial<NodeMetrics>) => ({
  metrics: () => ({ metrics: { ...well, ...metrics }, heardMs: nowMs }),
});
const summary = (plan: ReturnType<typeof planAttention>) =>
  Array.from(plan.attentions, ([id, { severity, since }]) => `${id} ${severity} ${since}`);
const offline = (minutes: number) => ({
  nodes: [node("Unknown")],
  presence: () => ({ state: "offline" as const, since: ago(minutes) }),
});
const rollout = (said: Partial<WorkloadTelemetry>, reason?: string): Partial<TroubleView> => ({
  workloads: [
    {
      resource: "deployments",
      kind: "Deployment",
      namespace: "shop",
      name: "till",
      conditions: reason === undefined ? [] : [{ type: "Progressing", status: "False", reason }],
      said: {
        uid: "u",
        desired: 1,
        updated: 1,
        ready: 0,
        available: 0,
        complete: false,
        images: [],
        created: now,
        ...said,
      },
    },
  ],
});

describe("what a person should look at", () => {
  it.each<[string, Partial<TroubleView>, string[]]>([
    ["nothing where all is well", {}, []],
    ["too little voltage", measuring({ underVoltage: true }), [`node.b1.under-voltage critical ${now}`]],
    ["a hot board", measuring({ temperatureCelsius: 81 }), [`node.b1.hot warning ${now}`]],
    ["a very hot board", measuring({ temperatureCelsius: 86 }), [`node.b1.hot critical ${now}`]],
    ["a disk nearly full", measuring({ disk: { usedBytes: 91, totalBytes: 100 } }), [`node.b1.disk warning ${now}`]],
    ["a full disk", measuring({ disk: { usedBytes: 99, totalBytes: 100 } }), [`node.b1.disk critical ${now}`]],
    ["a wrong clock", measuring({ measured: "1970-01-01T00:00:07.000Z" }), [`node.b1.clock warning ${now}`]],
    ["not a board that has just gone", offline(1), []],
    ["a board that is away for long", offline(6), [`node.b1.offline warning ${ago(6)}`]],
    ["a voter that is away", { ...offline(6), isVoter: () => true }, [`node.b1.offline critical ${ago(6)}`]],
    ["an engine that is down", { nodes: [node("False", 7)] }, [`node.b1.not-ready warning ${ago(7)}`]],
    ["not what a board said before it went", { ...offline(1), ...measuring({ underVoltage: true }) }, []],
    ["not a container that failed twice", { pods: [crashing(2)] }, []],
    ["a container that fails again and again", { pods: [crashing(3)] }, [`pod.shop.web warning ${now}`]],
    ["not a rollout under way", rollout({}), []],
    [
      "a rollout without progress",
      rollout({}, "ProgressDeadlineExceeded"),
      [`rollout.shop.deployments.till warning ${now}`],
    ],
    [
      "a rollout that failed on a board",
      rollout({ boards: [{ node: "b1", state: "failed" }] }),
      [`rollout.shop.deployments.till warning ${now}`],
    ],
  ])("is %s", (_, view, found) => {
    expect(summary(look(view))).toEqual(found);
  });

  it("lasts while a value trembles, keeps its date, and ends", () => {
    const first = look(measuring({ temperatureCelsius: 80 }));
    const later = nowMs + 60_000;
    const second = look({ ...measuring({ temperatureCelsius: 77 }), nowMs: later }, first.attentions);
    expect(summary(second)).toEqual([`node.b1.hot warning ${now}`]);
    expect(summary(look(measuring({ temperatureCelsius: 74 }), second.attentions))).toEqual([]);
    expect(summary(look(measuring({ temperatureCelsius: 77 })))).toEqual([]);
  });

  it("is looked for again when a board will have been away for long", () => {
    expect(look(offline(1)).recheckMs).toBe(4 * 60_000);
    expect(look(offline(6)).recheckMs).toBeUndefined();
  });
});
