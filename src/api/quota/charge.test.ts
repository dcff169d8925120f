import { describe, expect, it } from "vitest";
import { persistentVolumeClaimResource } from "../kinds/persistent-volume-claim.ts";
import { podResource } from "../kinds/pod.ts";
import { type ResourceQuota, resourceQuotaResource } from "../kinds/resource-quota.ts";
import { secretResource } from "../kinds/secret.ts";
import { serviceResource } from "../kinds/service.ts";
import type { AnyResource } from "../resource.ts";
import { chargeQuota } from "./charge.ts";

const quotaOf = (hard: Record<string, string>, used: Record<string, string> = {}, spec: object = {}): ResourceQuota =>
  resourceQuotaResource.schema.parse({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "q" },
    spec: { hard, ...spec },
    status: { hard, used: { ...Object.fromEntries(Object.keys(hard).map((name) => [name, "0"])), ...used } },
  });
const parse = (resource: AnyResource, body: object) =>
  resource.schema.parse({ apiVersion: "v1", kind: resource.kind, metadata: { name: "x" }, ...body });
const pod = (resources: object = {}, spec: object = {}) =>
  parse(podResource, { spec: { containers: [{ name: "c", image: "i", resources }], ...spec } });
const service = (spec: object) => parse(serviceResource, { spec: { ports: [{ port: 80 }], ...spec } });
const claim = (storage: string, spec: object = {}) =>
  parse(persistentVolumeClaimResource, {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } }, ...spec },
  });

describe("a quota", () => {
  it.each([
    ["pods", { pods: "2" }, { pods: "1" }, podResource, pod(), { pods: "2" }],
    [
      "objects by name",
      { "count/secrets": "2" },
      {},
      secretResource,
      parse(secretResource, {}),
      { "count/secrets": "1" },
    ],
    [
      "what pods request, under both names",
      { cpu: "1", "requests.memory": "1Gi" },
      { cpu: "500m" },
      podResource,
      pod({ requests: { cpu: "250m", memory: "512Mi" } }),
      { cpu: "750m", "requests.memory": "512Mi" },
    ],
    ["limits", { "limits.cpu": "2" }, {}, podResource, pod({ limits: { cpu: "1500m" } }), { "limits.cpu": "1500m" }],
    [
      "node ports",
      { "services.nodeports": "3" },
      {},
      serviceResource,
      service({ type: "NodePort" }),
      { "services.nodeports": "1" },
    ],
    [
      "storage",
      { "requests.storage": "10Gi" },
      { "requests.storage": "4Gi" },
      persistentVolumeClaimResource,
      claim("6Gi"),
      { "requests.storage": "10Gi" },
    ],
    [
      "storage of a class",
      { "fast.storageclass.storage.k8s.io/requests.storage": "1Gi" },
      {},
      persistentVolumeClaimResource,
      claim("1Gi", { storageClassName: "fast" }),
      { "fast.storageclass.storage.k8s.io/requests.storage": "1Gi" },
    ],
  ])("counts %s", (_, hard, used, resource, object, expected) => {
    expect(chargeQuota(quotaOf(hard, used), resource, object, undefined)).toEqual({ type: "allowed", used: expected });
  });

  it.each([
    [{ pods: "2" }, { pods: "2" }, pod(), "exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"],
    [
      { cpu: "1", memory: "1Gi", pods: "9" },
      { cpu: "800m", memory: "900Mi" },
      pod({ requests: { cpu: "300m", memory: "200Mi" } }),
      "exceeded quota: q, requested: cpu=300m,memory=200Mi, used: cpu=800m,memory=900Mi, limited: cpu=1,memory=1Gi",
    ],
    [{ cpu: "1", "limits.memory": "1Gi" }, {}, pod(), "failed quota: q: must specify cpu for: c; limits.memory for: c"],
  ])("refuses in Kubernetes' words: %j of %j", (hard, used, object, why) => {
    expect(chargeQuota(quotaOf(hard, used), podResource, object, undefined)).toEqual({ type: "refused", why });
  });

  it("refuses what it has not counted yet", () => {
    const quota = { ...quotaOf({ pods: "2" }), status: {} };
    const why = "status unknown for quota: q, resources: pods";
    expect(chargeQuota(quota, podResource, pod(), undefined)).toEqual({ type: "refused", why });
  });

  it.each([
    ["another kind", { pods: "0" }, {}, secretResource, parse(secretResource, {})],
    [
      "what is out of its scope",
      { pods: "0" },
      { scopes: ["BestEffort"] },
      podResource,
      pod({ requests: { cpu: "1" } }),
    ],
    ["a scope's other kinds", { pods: "0" }, { scopes: ["Terminating"] }, podResource, pod()],
    [
      "another priority",
      { pods: "0" },
      { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] } },
      podResource,
      pod({}, { priorityClassName: "low" }),
    ],
  ])("leaves %s alone", (_, hard, spec, resource, object) => {
    expect(chargeQuota(quotaOf(hard, {}, spec), resource, object, undefined)).toEqual({ type: "unaffected" });
  });

  it.each([
    ["BestEffort", pod()],
    ["NotBestEffort", pod({ requests: { cpu: "1" } })],
    ["Terminating", pod({}, { activeDeadlineSeconds: 60 })],
    ["NotTerminating", pod()],
    ["PriorityClass", pod({}, { priorityClassName: "high" })],
  ])("is about pods of its scope %s", (scope, object) => {
    expect(chargeQuota(quotaOf({ pods: "0" }, {}, { scopes: [scope] }), podResource, object, undefined)).toMatchObject({
      type: "refused",
    });
  });

  it("is charged for growth alone", () => {
    const quota = quotaOf({ "requests.storage": "10Gi" }, { "requests.storage": "9Gi" });
    const charge = (from: string, to: string) =>
      chargeQuota(quota, persistentVolumeClaimResource, claim(to), claim(from));
    expect(charge("1Gi", "2Gi")).toEqual({ type: "allowed", used: { "requests.storage": "10Gi" } });
    expect(charge("1Gi", "3Gi")).toMatchObject({ type: "refused" });
    expect(charge("3Gi", "1Gi")).toEqual({ type: "unaffected" });
    expect(charge("1Gi", "1Gi")).toEqual({ type: "unaffected" });
  });
});
