import { describe, expect, it } from "vitest";
import { cells, created, kindUnderTest, wrong, wrongUpdate } from "../testing/kind-under-test.ts";

const metadata = { name: "q", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" };
const limitRange = kindUnderTest("v1", "LimitRange");
const quota = kindUnderTest("v1", "ResourceQuota");

describe("a LimitRange", () => {
  const limited = (limit: object) => ({ metadata, spec: { limits: [limit] } });

  it("takes defaults from what it bounds", () => {
    const item = { type: "Container", max: { cpu: "2", memory: "1Gi" }, min: { cpu: "100m" }, default: { cpu: "1" } };
    expect(created(limitRange, limited(item)).spec.limits[0]).toEqual({
      ...item,
      default: { cpu: "1", memory: "1Gi" },
      defaultRequest: { cpu: "1", memory: "1Gi" },
    });
  });

  const cases: [string, object, string[]][] = [
    [
      "a least above the most",
      { type: "Pod", min: { cpu: "2" }, max: { cpu: "1" } },
      ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
    ],
    [
      "a default above the most",
      { type: "Container", default: { cpu: "2" }, max: { cpu: "1" }, defaultRequest: { cpu: "1" } },
      ['spec.limits[0].default[cpu]: Invalid value: "2": default limit value 2 is greater than max value 1'],
    ],
    [
      "a default for pods",
      { type: "Pod", default: { cpu: "1" } },
      ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
    ],
    [
      "a limit below the request",
      { type: "Pod", maxLimitRequestRatio: { cpu: "500m" } },
      ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1'],
    ],
    [
      "claims of any size",
      { type: "PersistentVolumeClaim" },
      [
        "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided",
      ],
    ],
  ];
  it.each(cases)("refuses %s", (_, limit, causes) => {
    expect(wrong(limitRange, limited(limit))).toEqual(causes);
  });

  it("bounds each type once", () => {
    const limits = [{ type: "Pod" }, { type: "Pod" }];
    expect(wrong(limitRange, { metadata, spec: { limits } })).toEqual(['spec.limits[1].type: Duplicate value: "Pod"']);
  });
});

describe("a ResourceQuota", () => {
  it("shows what is used of what", () => {
    const status = {
      hard: { pods: "10", "limits.cpu": "4", "requests.cpu": "2" },
      used: { pods: "3", "limits.cpu": "500m" },
    };
    expect(cells(quota, { metadata, status }, Date.parse("2026-01-01T00:00:10Z"))).toEqual({
      Name: "q",
      Age: "10s",
      Request: "pods: 3/10, requests.cpu: 0/2",
      Limit: "limits.cpu: 500m/4",
    });
  });

  const cases: [string, object, string[]][] = [
    [
      "what nobody counts",
      { hard: { wishes: "3" } },
      ['spec.hard[wishes]: Invalid value: "wishes": must be a standard resource for quota'],
    ],
    ["half a pod", { hard: { pods: "500m" } }, ['spec.hard[pods]: Invalid value: "500m": must be an integer']],
    [
      "less than nothing",
      { hard: { pods: "-1" } },
      ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0'],
    ],
    [
      "both of two contraries",
      { scopes: ["BestEffort", "NotBestEffort"] },
      ['spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes'],
    ],
    [
      "a scope of what has none",
      { hard: { services: "1" }, scopes: ["Terminating"] },
      ['spec.scopes: Invalid value: ["Terminating"]: unsupported scope applied to resource'],
    ],
    [
      "values of what has none",
      { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In" }] } },
      [
        "spec.scopeSelector.matchExpressions[0].values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      ],
    ],
  ];
  it.each(cases)("refuses %s", (_, spec, causes) => {
    expect(wrong(quota, { metadata, spec })).toEqual(causes);
  });

  it("bounds amounts, counts and what providers name", () => {
    const hard = {
      "limits.cpu": "500m",
      "requests.ephemeral-storage": "1Gi",
      "requests.storage": "1Gi",
      "gold.storageclass.storage.k8s.io/requests.storage": "1Gi",
      "requests.nvidia.com/gpu": "1",
      "hugepages-2Mi": "4Mi",
      "services.nodeports": "0",
      "count/deployments.apps": "4",
    };
    expect(wrong(quota, { metadata, spec: { hard } })).toEqual([]);
  });

  it("keeps its scopes", () => {
    const scoped = (...scopes: string[]) => ({ metadata, spec: { hard: { pods: "1" }, scopes } });
    expect(wrongUpdate(quota, scoped("Terminating", "BestEffort"), scoped("BestEffort", "Terminating"))).toEqual([]);
    expect(wrongUpdate(quota, scoped("Terminating"), scoped())).toEqual([
      "spec.scopes: Invalid value: []: field is immutable",
    ]);
  });
});
