import { describe, expect, it } from "vitest";
import { cells, created, kindUnderTest, wrong } from "../../testing/kind-under-test.ts";

const metadata = { name: "web", namespace: "default" };
const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
const autoscaler = kindUnderTest("autoscaling/v2", "HorizontalPodAutoscaler");
const first = kindUnderTest("autoscaling/v1", "HorizontalPodAutoscaler");
const spec = { scaleTargetRef, maxReplicas: 3 };
const memory = {
  type: "Resource",
  resource: { name: "memory", target: { type: "AverageValue", averageValue: "64Mi" } },
};

describe("a HorizontalPodAutoscaler", () => {
  it("goes by processor time where it says nothing", () => {
    expect(created(autoscaler, { metadata, spec }).spec).toEqual({
      ...spec,
      minReplicas: 1,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
      ],
    });
  });

  it("says all of its behavior where it says some of it", () => {
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
    expect(created(autoscaler, { metadata, spec: { ...spec, behavior } }).spec.behavior).toMatchObject({
      scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: "Max", policies: [{ value: 4 }, { value: 100 }] },
      scaleDown: { stabilizationWindowSeconds: 60, selectPolicy: "Max", policies: [{ type: "Percent", value: 100 }] },
    });
  });

  const cases: [string, object, string[]][] = [
    [
      "fewer at most than at least",
      { minReplicas: 4 },
      ["spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`"],
    ],
    [
      "a metric without its source",
      { metrics: [{ type: "Pods" }] },
      ["spec.metrics[0].pods: Required value: must populate information for the given metric source"],
    ],
    [
      "two sources",
      {
        metrics: [
          { ...memory, type: "Resource", pods: { metric: { name: "a" }, target: { type: "Value", value: "1" } } },
        ],
      },
      ["spec.metrics[0].pods: Forbidden: must populate the given metric source only"],
    ],
    [
      "a target without its value",
      { metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization" } } }] },
      [
        "spec.metrics[0].resource.target.averageUtilization: Required value: must specify a positive target utilization",
      ],
    ],
    [
      "a window longer than an hour",
      { behavior: { scaleUp: { stabilizationWindowSeconds: 3601 } } },
      ["spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600"],
    ],
    [
      "no policy",
      { behavior: { scaleUp: { policies: [] } } },
      ["spec.behavior.scaleUp.policies: Required value: must specify at least one Policy"],
    ],
  ];
  it.each(cases)("refuses %s", (_, rest, causes) => {
    expect(wrong(autoscaler, { metadata, spec: { ...spec, ...rest } })).toEqual(causes);
  });

  it("shows what metrics are and shall be", () => {
    const external = {
      type: "External",
      external: { metric: { name: "queue" }, target: { type: "AverageValue", averageValue: "5" } },
    };
    const cpu = {
      type: "Resource",
      resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } },
    };
    const currentMetrics = [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: 12 } } }];
    const body = {
      metadata,
      spec: { ...spec, metrics: [cpu, external, memory] },
      status: { currentReplicas: 2, currentMetrics },
    };
    expect(cells(autoscaler, body, 0)).toMatchObject({
      Reference: "Deployment/web",
      Targets: "cpu: 12%/50%, <unknown>/5 (avg) + 1 more...",
      MinPods: "1",
      MaxPods: "3",
      Replicas: "2",
    });
  });
});

describe("its first version", () => {
  it("is what `kubectl autoscale` sends", () => {
    const body = { metadata, spec: { ...spec, targetCPUUtilizationPercentage: 50 } };
    const object = created(first, body);
    expect(object).toMatchObject({ apiVersion: "autoscaling/v1", spec: { targetCPUUtilizationPercentage: 50 } });
    expect(first.conversion?.toStored(first.prepareForCreate(object))).toMatchObject({
      apiVersion: "autoscaling/v2",
      spec: { metrics: [{ resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } }] },
    });
  });

  it("carries what it has no fields for in annotations", () => {
    const stored = autoscaler.prepareForCreate(created(autoscaler, { metadata, spec: { ...spec, metrics: [memory] } }));
    const shown = first.conversion?.fromStored(stored);
    expect(shown?.metadata.annotations).toEqual({
      "autoscaling.alpha.kubernetes.io/metrics": JSON.stringify([memory]),
    });
    expect(shown === undefined ? undefined : first.conversion?.toStored(shown)).toEqual(stored);
  });

  it("leaves annotations alone that no conversion wrote", () => {
    const annotations = { "autoscaling.alpha.kubernetes.io/metrics": "[{]" };
    const shown = first.prepareForCreate(created(first, { metadata: { ...metadata, annotations }, spec }));
    expect(first.conversion?.toStored(shown).metadata.annotations).toEqual(annotations);
  });
});
