import { describe, expect, it } from "vitest";
import type { ApiObject } from "../meta/object-meta.ts";
import { parseOrRefuse } from "../parse-object.ts";
import { findResourceOfKind } from "../resources.ts";

/** What creation makes of a body, and what is wrong with it. */
function created(apiVersion: string, kind: string, body: object) {
  const resource = findResourceOfKind(apiVersion, kind);
  if (resource === undefined) throw new Error(`no ${kind}`);
  const object: ApiObject = resource.prepareForCreate(parseOrRefuse(resource, body));
  expect(resource.validate(object)).toEqual([]);
  return JSON.parse(JSON.stringify(object));
}

const metadata = { name: "web", namespace: "default" };
const fleetMetadata = { name: "web" };
const podDefaults = {
  restartPolicy: "Always",
  terminationGracePeriodSeconds: 30,
  dnsPolicy: "ClusterFirst",
  securityContext: {},
  schedulerName: "default-scheduler",
  enableServiceLinks: true,
};
const containerDefaults = {
  resources: {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};

describe("a minimal object", () => {
  it("Pod", () => {
    const containers = [
      { name: "a", image: "hello", ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { port: 80 } } },
      { name: "b", image: "hello:1", resources: { limits: { cpu: 0.5 } } },
    ];
    expect(created("v1", "Pod", { metadata, spec: { containers, volumes: [{ name: "v" }] } })).toEqual({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...metadata, generation: 1 },
      spec: {
        ...podDefaults,
        volumes: [{ name: "v", emptyDir: {} }],
        containers: [
          {
            ...containerDefaults,
            name: "a",
            image: "hello",
            imagePullPolicy: "Always",
            ports: [{ containerPort: 80, protocol: "TCP" }],
            livenessProbe: {
              httpGet: { path: "/", port: 80, scheme: "HTTP" },
              timeoutSeconds: 1,
              periodSeconds: 10,
              successThreshold: 1,
              failureThreshold: 3,
            },
          },
          {
            ...containerDefaults,
            name: "b",
            image: "hello:1",
            imagePullPolicy: "IfNotPresent",
            resources: { limits: { cpu: "500m" }, requests: { cpu: "500m" } },
          },
        ],
      },
      status: { phase: "Pending", qosClass: "Burstable" },
    });
  });

  it("DaemonSet", () => {
    const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "a", image: "hello:1" }] } };
    const body = { metadata, spec: { selector: { matchLabels: { app: "web" } }, template } };
    expect(created("apps/v1", "DaemonSet", body)).toEqual({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { ...metadata, generation: 1 },
      spec: {
        selector: { matchLabels: { app: "web" } },
        template: {
          metadata: { labels: { app: "web" } },
          spec: {
            ...podDefaults,
            containers: [{ ...containerDefaults, name: "a", image: "hello:1", imagePullPolicy: "IfNotPresent" }],
          },
        },
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
        revisionHistoryLimit: 10,
      },
      status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
    });
  });

  it.each([
    [
      "Namespace",
      { metadata: { ...fleetMetadata, labels: { "kubernetes.io/metadata.name": "web" } }, status: { phase: "Active" } },
    ],
    ["ServiceAccount", { metadata }],
    ["ConfigMap", { metadata }],
    ["Secret", { metadata, type: "Opaque" }],
  ])("%s", (kind, rest) => {
    const body = kind === "Namespace" ? { metadata: fleetMetadata } : { metadata };
    expect(created("v1", kind, body)).toMatchObject({ apiVersion: "v1", kind, ...rest });
  });

  it("Secret: text for writing becomes data", () => {
    const body = { metadata, data: { a: "QQ==" }, stringData: { a: "hällo", b: "", ["__proto__"]: "x" } };
    const secret = created("v1", "Secret", body);
    expect(secret).toMatchObject({ data: { a: Buffer.from("hällo").toString("base64"), b: "" } });
    expect(secret).not.toHaveProperty("stringData");
    expect(Object.hasOwn(secret.data, "__proto__")).toBe(true);
  });

  it("Node: registers itself together with its status", () => {
    const node = created("v1", "Node", {
      metadata: { name: "b1" },
      status: { capacity: { cpu: 4, memory: "1024Mi" }, nodeInfo: { kernelVersion: "6.1" } },
    });
    expect(node).toMatchObject({ spec: {}, status: { capacity: { cpu: "4", memory: "1Gi" }, daemonEndpoints: {} } });
    expect(node.status.nodeInfo).toMatchObject({ kernelVersion: "6.1", osImage: "" });
  });

  it("Event", () => {
    const event = { metadata, involvedObject: { kind: "Pod", name: "a", namespace: "default" } };
    expect(created("v1", "Event", event)).toMatchObject({ ...event, source: {} });
  });

  it("PersistentVolumeClaim, PersistentVolume and StorageClass", () => {
    const claimSpec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    expect(created("v1", "PersistentVolumeClaim", { metadata, spec: claimSpec })).toMatchObject({
      spec: { ...claimSpec, volumeMode: "Filesystem" },
      status: { phase: "Pending" },
    });
    const volumeSpec = { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, hostPath: { path: "/v" } };
    expect(created("v1", "PersistentVolume", { metadata: fleetMetadata, spec: volumeSpec })).toMatchObject({
      spec: {
        ...volumeSpec,
        hostPath: { path: "/v", type: "" },
        persistentVolumeReclaimPolicy: "Retain",
        volumeMode: "Filesystem",
      },
      status: { phase: "Pending" },
    });
    expect(
      created("storage.k8s.io/v1", "StorageClass", { metadata: fleetMetadata, provisioner: "bramble.io/local" }),
    ).toMatchObject({ reclaimPolicy: "Delete", volumeBindingMode: "Immediate" });
  });
});

describe("a pod on the board's own network", () => {
  it("takes the board's ports", () => {
    const containers = [{ name: "a", image: "b:1", ports: [{ containerPort: 80 }] }];
    const pod = created("v1", "Pod", { metadata, spec: { hostNetwork: true, serviceAccountName: "web", containers } });
    expect(pod.spec.containers[0].ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: "TCP" }]);
    expect(pod.spec.serviceAccount).toBe("web");
  });
});

describe("what clients send beside", () => {
  it("nulls, empty texts and unknown fields count as absent", () => {
    const pod = created("v1", "Pod", {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...metadata, creationTimestamp: null, selfLink: "", unknown: 1 },
      spec: {
        nodeName: "",
        volumes: null,
        containers: [
          {
            name: "a",
            image: "b:1",
            workingDir: "",
            nonsense: { deep: [1] },
            ports: [{ containerPort: 1, name: null }],
          },
        ],
      },
      status: {},
    });
    expect(pod.metadata).toEqual({ ...metadata, generation: 1 });
    expect(pod.spec).not.toHaveProperty("nodeName");
    expect(pod.spec.containers[0]).not.toHaveProperty("nonsense");
    expect(pod.spec.containers[0].ports).toEqual([{ containerPort: 1, protocol: "TCP" }]);
  });

  it.each([
    ["hello", "Always"],
    ["hello:latest", "Always"],
    ["registry:5000/hello", "Always"],
    ["registry:5000/hello:1", "IfNotPresent"],
    [`hello@sha256:${"0".repeat(64)}`, "IfNotPresent"],
  ])("%s is pulled %s", (image, policy) => {
    const pod = created("v1", "Pod", { metadata, spec: { containers: [{ name: "a", image }] } });
    expect(pod.spec.containers[0].imagePullPolicy).toBe(policy);
  });
});
