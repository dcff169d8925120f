import { describe, expect, it } from "vitest";
import { cells, created, kindUnderTest, wrong, wrongUpdate } from "../../testing/kind-under-test.ts";

const nowMs = Date.parse("2026-01-01T00:05:03Z");
const metadata = { name: "web", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" };
const labels = { app: "web" };
const selector = { matchLabels: labels };
const template = {
  metadata: { labels },
  spec: {
    containers: [
      { name: "a", image: "b:1" },
      { name: "c", image: "d:1" },
    ],
  },
};
const spec = { selector, template };
const deployment = kindUnderTest("apps/v1", "Deployment");
const statefulSet = kindUnderTest("apps/v1", "StatefulSet");
const replicaSet = kindUnderTest("apps/v1", "ReplicaSet");
const controller = kindUnderTest("v1", "ReplicationController");

describe("a minimal workload", () => {
  it("Deployment", () => {
    expect(created(deployment, { metadata, spec })).toMatchObject({
      metadata: { generation: 1 },
      spec: {
        replicas: 1,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        template: { spec: { securityContext: {}, restartPolicy: "Always" } },
      },
      status: {},
    });
  });

  it("StatefulSet, with claims complete", () => {
    const object = created(statefulSet, {
      metadata,
      spec: { ...spec, volumeClaimTemplates: [{ metadata: { name: "v" } }] },
    });
    expect(object.spec).toMatchObject({
      replicas: 1,
      podManagementPolicy: "OrderedReady",
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    });
    expect(object.spec.volumeClaimTemplates).toEqual([
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "v" },
        spec: { resources: {}, volumeMode: "Filesystem" },
        status: { phase: "Pending" },
      },
    ]);
    expect(object.status).toEqual({ replicas: 0, availableReplicas: 0 });
  });

  it("StatefulSet, whose claims are volumes of its pods", () => {
    const mounting = { name: "a", image: "b:1", volumeMounts: [{ name: "v", mountPath: "/v" }] };
    const body = { selector, template: { ...template, spec: { containers: [mounting] } } };
    expect(
      wrong(statefulSet, { metadata, spec: { ...body, volumeClaimTemplates: [{ metadata: { name: "v" } }] } }),
    ).toEqual([]);
    expect(wrong(statefulSet, { metadata, spec: body })).toEqual([
      'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ]);
  });

  it("ReplicationController: takes labels and selector from its template", () => {
    const object = created(controller, { metadata, spec: { template } });
    expect(object).toMatchObject({
      metadata: { labels },
      spec: { replicas: 1, selector: labels },
      status: { replicas: 0 },
    });
  });
});

describe("what is wrong", () => {
  const rolling = (rollingUpdate: object) => ({ ...spec, strategy: { rollingUpdate } });
  const cases: [string, typeof deployment, object, string[]][] = [
    ["nothing at all", deployment, {}, ["spec.selector: Required value", "spec.template: Required value"]],
    [
      "an empty selector",
      deployment,
      { ...spec, selector: {} },
      ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
    ],
    [
      "labels that are not selected",
      replicaSet,
      { ...spec, selector: { matchLabels: { app: "api" } } },
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [
      "fewer than no pods",
      deployment,
      { ...spec, replicas: -1 },
      ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
    ],
    [
      "nothing may be missing or too many",
      deployment,
      rolling({ maxUnavailable: 0, maxSurge: "0%" }),
      ["spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"],
    ],
    [
      "more than all may be missing",
      deployment,
      rolling({ maxUnavailable: "150%" }),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "150%": must not be greater than 100%'],
    ],
    [
      "a rolling update of what is recreated",
      deployment,
      { ...spec, strategy: { type: "Recreate", rollingUpdate: {} } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      "a deadline before pods can be available",
      deployment,
      { ...spec, minReadySeconds: 600 },
      ["spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"],
    ],
    [
      "pods that end",
      replicaSet,
      { ...spec, template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      "a partition of what is not rolled out",
      statefulSet,
      { ...spec, updateStrategy: { type: "OnDelete", rollingUpdate: { partition: 1 } } },
      [
        `spec.updateStrategy.rollingUpdate: Invalid value: {"partition":1}: only allowed for updateStrategy 'RollingUpdate'`,
      ],
    ],
    ["a controller of nothing", controller, {}, ["spec.selector: Required value", "spec.template: Required value"]],
  ];
  it.each(cases)("%s", (_, resource, body, causes) => {
    expect(wrong(resource, { metadata, spec: body })).toEqual(causes);
  });
});

describe("what may not change", () => {
  const other = { matchLabels: { app: "api" } };
  const otherTemplate = { ...template, metadata: { labels: { app: "api" } } };

  it.each([deployment, replicaSet])("the selector of a $kind", (resource) => {
    const change = { metadata, spec: { selector: other, template: otherTemplate } };
    expect(wrongUpdate(resource, { metadata, spec }, change)).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"api"}}: field is immutable',
    ]);
  });

  it("the claims of a StatefulSet, but not its size", () => {
    const bigger = { metadata, spec: { ...spec, replicas: 3 } };
    expect(wrongUpdate(statefulSet, { metadata, spec }, bigger)).toEqual([]);
    const renamed = { metadata, spec: { ...spec, serviceName: "other" } };
    expect(wrongUpdate(statefulSet, { metadata, spec }, renamed)).toEqual([
      expect.stringMatching(/^spec: Forbidden: updates to statefulset spec for fields other than 'replicas'/),
    ]);
  });

  it("the data of a ControllerRevision", () => {
    const revision = kindUnderTest("apps/v1", "ControllerRevision");
    const body = (data: object) => ({ metadata, revision: 1, data });
    expect(wrongUpdate(revision, body({ a: 1 }), body({ a: 2 }))).toEqual([
      'data: Invalid value: {"a":2}: field is immutable',
    ]);
  });
});

describe("columns", () => {
  const wide = { Containers: "a,c", Images: "b:1,d:1", Selector: "app=web" };

  it("Deployment", () => {
    const status = { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 };
    expect(cells(deployment, { metadata, spec: { ...spec, replicas: 3 }, status }, nowMs)).toEqual({
      Name: "web",
      Ready: "1/3",
      "Up-to-date": "2",
      Available: "1",
      Age: "5m3s",
      ...wide,
    });
  });

  it("ReplicaSet and ReplicationController", () => {
    const counts = { Desired: 2, Current: 2, Ready: 1 };
    const status = { replicas: 2, readyReplicas: 1 };
    expect(cells(replicaSet, { metadata, spec: { ...spec, replicas: 2 }, status }, nowMs)).toMatchObject({
      ...counts,
      ...wide,
    });
    expect(cells(controller, { metadata, spec: { template, replicas: 2 }, status }, nowMs)).toMatchObject({
      ...counts,
      ...wide,
    });
  });

  it("ControllerRevision: names its controller", () => {
    const revision = kindUnderTest("apps/v1", "ControllerRevision");
    const owner = { apiVersion: "apps/v1", kind: "DaemonSet", name: "web", uid: "u", controller: true };
    const owned = { metadata: { ...metadata, ownerReferences: [owner] }, revision: 3, data: {} };
    expect(cells(revision, owned, nowMs)).toMatchObject({ Controller: "daemonset.apps/web", Revision: "3" });
    expect(cells(revision, { metadata, revision: 3 }, nowMs)).toMatchObject({ Controller: "<none>" });
  });
});

describe("scaling", () => {
  it.each([deployment, replicaSet, statefulSet, controller])("$kind", (resource) => {
    const { scale } = resource;
    if (scale === undefined) throw new Error("must scale");
    const object = resource.prepareForCreate({
      ...created(resource, { metadata, spec: resource === controller ? { template } : spec }),
    });
    expect(scale.selector(object)).toBe("app=web");
    expect([scale.wished(object), scale.observed(object)]).toEqual([1, 0]);
    expect(scale.wished(scale.withWished(object, 5))).toBe(5);
    expect(resource.subresources).toEqual(expect.arrayContaining(["scale", "status"]));
  });

  it("a change of annotations is a new generation of a Deployment", () => {
    const current = deployment.prepareForCreate(created(deployment, { metadata, spec }));
    const next = deployment.prepareForUpdate(
      { ...current, metadata: { ...current.metadata, annotations: { "a/b": "c" } } },
      current,
    );
    expect(next.metadata.generation).toBe(2);
  });
});
