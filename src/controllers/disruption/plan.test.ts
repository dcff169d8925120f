import { describe, expect, it } from "vitest";
import { type Pod, podResource } from "../../api/kinds/pod.ts";
import { type PodDisruptionBudget, podDisruptionBudgetResource } from "../../api/kinds/policy/pod-disruption-budget.ts";
import { parseOrRefuse } from "../../api/parse-object.ts";
import { planBudget, type Scale } from "./plan.ts";

const now = "2030-01-01T00:10:00Z";
const nowMs = Date.UTC(2030, 0, 1, 0, 10);

function budgetOf(spec: object, status: object = {}): PodDisruptionBudget {
  const metadata = { name: "b", namespace: "default", generation: 3 };
  return parseOrRefuse(podDisruptionBudgetResource, { metadata, spec: { selector: {}, ...spec }, status });
}

function pod(name: string, ready = true, metadata: object = {}): Pod {
  const conditions = [{ type: "Ready", status: ready ? "True" : "False" }];
  const spec = { containers: [{ name: "c", image: "i" }] };
  return parseOrRefuse(podResource, { metadata: { name, ...metadata }, spec, status: { conditions } });
}

const pods = (ready: number, unready = 0) => [
  ...Array.from({ length: ready }, (_, at) => pod(`r${at}`)),
  ...Array.from({ length: unready }, (_, at) => pod(`u${at}`, false)),
];
const known = (replicas: number): Scale => ({ type: "known", replicas });
const plan = (budget: PodDisruptionBudget, all: readonly Pod[], scale: Scale) =>
  planBudget({ budget, pods: all, scale, nowMs });

describe("a budget allows", () => {
  it.each([
    ["what minAvailable leaves", { minAvailable: 2 }, pods(3), known(0), [1, 3, 2, 3]],
    ["nothing below minAvailable", { minAvailable: 4 }, pods(3), known(0), [0, 3, 4, 3]],
    ["nothing for pods that are not ready", { minAvailable: 2 }, pods(2, 3), known(0), [0, 2, 2, 5]],
    ["a share of the pods that there should be, rounded up", { minAvailable: "50%" }, pods(5), known(5), [2, 5, 3, 5]],
    ["nothing while replicas are missing", { minAvailable: "50%" }, pods(3), known(6), [0, 3, 3, 6]],
    ["maxUnavailable of those", { maxUnavailable: 1 }, pods(3), known(3), [1, 3, 2, 3]],
    ["less where some are not ready already", { maxUnavailable: 2 }, pods(3, 1), known(4), [1, 3, 2, 4]],
    ["a share that is rounded up", { maxUnavailable: "30%" }, pods(5), known(5), [2, 5, 3, 5]],
    ["all with maxUnavailable above the whole", { maxUnavailable: 9 }, pods(3), known(3), [3, 3, 0, 3]],
    ["nothing for pods that nobody controls", { maxUnavailable: 1 }, pods(3), known(0), [0, 3, 0, 0]],
    ["nothing where there is nothing", { minAvailable: 0 }, [], known(0), [0, 0, 0, 0]],
    ["nothing without a wish", {}, pods(3), known(0), [0, 3, 0, 0]],
  ])("%s", (_, spec, all, scale, [disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods]) => {
    const isAllowed = disruptionsAllowed !== 0;
    expect(plan(budgetOf(spec), all, scale)).toEqual({
      status: {
        ...{ disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods, observedGeneration: 3 },
        conditions: [
          {
            type: "DisruptionAllowed",
            status: isAllowed ? "True" : "False",
            reason: isAllowed ? "SufficientPods" : "InsufficientPods",
            message: "",
            lastTransitionTime: now,
            observedGeneration: 3,
          },
        ],
      },
      recheckMs: undefined,
    });
  });

  it("nothing, and says why, while it is not known how many there should be", () => {
    const budget = budgetOf({ maxUnavailable: 1 }, { observedGeneration: 2, disruptionsAllowed: 2, currentHealthy: 3 });
    const why = "daemonsets.apps does not implement the scale subresource";
    const { status } = plan(budget, pods(3), { type: "unknown", why });
    expect(status).toMatchObject({ disruptionsAllowed: 0, observedGeneration: 2 });
    expect(status.conditions).toMatchObject([{ status: "False", reason: "SyncFailed", message: why }]);
  });
});

describe("a granted eviction", () => {
  const granted = (at: string, metadata: object = {}, ready = true) => {
    const budget = budgetOf({ minAvailable: 1 }, { disruptedPods: { r0: at, gone: at } });
    return plan(budget, [pod("r0", ready, metadata), pod("r1"), pod("r2")], known(0));
  };

  it("counts its pod as gone until it goes, for two minutes", () => {
    const { status, recheckMs } = granted("2030-01-01T00:08:30Z");
    expect(status).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 });
    expect(status.disruptedPods).toEqual({ r0: "2030-01-01T00:08:30Z" });
    expect(recheckMs).toBe(30_001);
  });

  it("is forgotten when it has come to nothing", () => {
    const { status, recheckMs } = granted("2030-01-01T00:07:59Z");
    expect(status).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 2 });
    expect([status.disruptedPods, recheckMs]).toEqual([undefined, undefined]);
  });

  it("is forgotten when the pod is on its way out, which counts by itself", () => {
    const { status } = granted("2030-01-01T00:09:59Z", { deletionTimestamp: now });
    expect(status).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 });
    expect(status.disruptedPods).toBeUndefined();
  });
});
