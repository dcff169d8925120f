import { describe, expect, it } from "vitest";
import type { ApiObject } from "../meta/object-meta.ts";
import { parseOrRefuse } from "../parse-object.ts";
import type { Resource } from "../resource.ts";
import { resources } from "../resources.ts";
import { daemonSetResource } from "./daemon-set.ts";
import { eventResource } from "./event.ts";
import { nodeResource } from "./node.ts";
import { persistentVolumeResource } from "./persistent-volume.ts";
import { podResource } from "./pod.ts";
import { storageClassResource } from "./storage-class.ts";

const nowMs = Date.parse("2026-01-01T00:05:03Z");
const metadata = { name: "web", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" };

/** Cells by column, of a body as the store would hold it. */
function cells<T extends ApiObject>(resource: Resource<T>, body: object): Record<string, unknown> {
  const row = resource.row(parseOrRefuse(resource, body), nowMs);
  return Object.fromEntries(resource.columns.map(({ name }, index) => [name, row[index]]));
}

describe("columns", () => {
  const expected: Record<string, string> = {
    NodeMetrics: "Name cpu memory Window",
    PodMetrics: "Name cpu memory Window",
    Pod: "Name Ready Status Restarts Age IP/wide Node/wide Nominated Node/wide Readiness Gates/wide",
    DaemonSet:
      "Name Desired Current Ready Up-to-date Available Node Selector Age Containers/wide Images/wide Selector/wide",
    Node: "Name Status Roles Age Version Internal-IP/wide External-IP/wide OS-Image/wide Kernel-Version/wide Container-Runtime/wide",
    Event: "Last Seen Type Reason Object Subobject/wide Source/wide Message First Seen/wide Count/wide Name/wide",
    Namespace: "Name Status Age",
    Secret: "Name Type Data Age",
    ConfigMap: "Name Data Age",
    ServiceAccount: "Name Secrets Age",
    PersistentVolume: "Name Capacity Access Modes Reclaim Policy Status Claim StorageClass Reason Age VolumeMode/wide",
    PersistentVolumeClaim: "Name Status Volume Capacity Access Modes StorageClass Age VolumeMode/wide",
    Deployment: "Name Ready Up-to-date Available Age Containers/wide Images/wide Selector/wide",
    ReplicaSet: "Name Desired Current Ready Age Containers/wide Images/wide Selector/wide",
    ReplicationController: "Name Desired Current Ready Age Containers/wide Images/wide Selector/wide",
    StatefulSet: "Name Ready Age Containers/wide Images/wide",
    ControllerRevision: "Name Controller Revision Age",
    Job: "Name Completions Duration Age Containers/wide Images/wide Selector/wide",
    CronJob: "Name Schedule Suspend Active Last Schedule Age Containers/wide Images/wide Selector/wide",
    PodTemplate: "Name Containers Images Pod Labels",
    PodDisruptionBudget: "Name Min Available Max Unavailable Allowed Disruptions Age",
    PriorityClass: "Name Value Global-Default Age",
    RuntimeClass: "Name Handler Age",
    CustomResourceDefinition: "Name Created At",
    HorizontalPodAutoscaler: "Name Reference Targets MinPods MaxPods Replicas Age",
    CertificateSigningRequest: "Name Age SignerName Requestor Condition",
    Ingress: "Name Class Hosts Address Ports Age",
    IngressClass: "Name Controller Parameters Age",
    NetworkPolicy: "Name Pod-Selector Age",
    EndpointSlice: "Name AddressType Ports Endpoints Age",
    Service: "Name Type Cluster-IP External-IP Port(s) Age Selector/wide",
    Endpoints: "Name Endpoints Age",
    LimitRange: "Name Created At",
    ResourceQuota: "Name Age Request Limit",
    Lease: "Name Holder Age",
    Role: "Name Created At",
    ClusterRole: "Name Created At",
    RoleBinding: "Name Role Age Users/wide Groups/wide ServiceAccounts/wide",
    ClusterRoleBinding: "Name Role Age Users/wide Groups/wide ServiceAccounts/wide",
    StorageClass: "Name Provisioner ReclaimPolicy VolumeBindingMode AllowVolumeExpansion Age",
  };
  it.each(resources.map((resource) => [resource.kind, resource] as const))("%s", (kind, { columns }) => {
    const shown = columns.map(({ name, priority }) => `${name}${priority === 0 ? "" : "/wide"}`);
    expect(shown.join(" ")).toBe(expected[kind] ?? "Name");
  });
});

describe("a pod's row", () => {
  const base = { image: "b:1", imageID: "i", restartCount: 0, ready: false };
  const waiting = (name: string, reason: string) => ({ ...base, name, state: { waiting: { reason } } });
  const running = (name: string) => ({ ...base, name, ready: true, state: { running: {} } });
  const ended = (name: string, reason: string | undefined, exitCode: number) => ({
    ...base,
    name,
    restartCount: 3,
    state: { terminated: { exitCode, reason } },
  });
  const ready = [{ type: "Ready", status: "True" }];
  const spec = {
    containers: [
      { name: "a", image: "b:1" },
      { name: "b", image: "b:1" },
    ],
  };
  const initSpec = {
    ...spec,
    initContainers: [
      { name: "i", image: "b:1" },
      { name: "j", image: "b:1" },
    ],
  };
  const cases: [string, object, object, string, string, number][] = [
    ["not seen yet", spec, { phase: "Pending" }, "Pending", "0/2", 0],
    ["all well", spec, { phase: "Running", containerStatuses: [running("a"), running("b")] }, "Running", "2/2", 0],
    [
      "starting",
      spec,
      { phase: "Pending", containerStatuses: [waiting("a", "ContainerCreating"), running("b")] },
      "ContainerCreating",
      "1/2",
      0,
    ],
    [
      "crashing",
      spec,
      { phase: "Running", containerStatuses: [running("a"), { ...waiting("b", "CrashLoopBackOff"), restartCount: 7 }] },
      "CrashLoopBackOff",
      "1/2",
      7,
    ],
    [
      "done",
      spec,
      { phase: "Succeeded", containerStatuses: [ended("a", "Completed", 0), ended("b", "Completed", 0)] },
      "Completed",
      "0/2",
      6,
    ],
    [
      "half done",
      spec,
      { phase: "Running", conditions: ready, containerStatuses: [ended("a", "Completed", 0), running("b")] },
      "Running",
      "1/2",
      3,
    ],
    [
      "half done and not ready",
      spec,
      { phase: "Running", containerStatuses: [ended("a", "Completed", 0), running("b")] },
      "NotReady",
      "1/2",
      3,
    ],
    [
      "failed without a reason",
      spec,
      { phase: "Failed", containerStatuses: [ended("a", undefined, 137), running("b")] },
      "ExitCode:137",
      "1/2",
      3,
    ],
    ["evicted", spec, { phase: "Failed", reason: "Evicted" }, "Evicted", "0/2", 0],
    [
      "initializing",
      initSpec,
      { phase: "Pending", initContainerStatuses: [ended("i", "Completed", 0), running("j")] },
      "Init:1/2",
      "0/2",
      3,
    ],
    [
      "initializing badly",
      initSpec,
      { phase: "Pending", initContainerStatuses: [waiting("i", "CrashLoopBackOff")] },
      "Init:CrashLoopBackOff",
      "0/2",
      0,
    ],
  ];
  it.each(cases)("%s", (_, podSpec, status, text, readyText, restarts) => {
    const row = cells(podResource, { metadata, spec: podSpec, status });
    expect([row["Status"], row["Ready"], row["Restarts"], row["Age"]]).toEqual([text, readyText, restarts, "5m3s"]);
  });

  it("being deleted", () => {
    const leaving = { ...metadata, deletionTimestamp: "2026-01-01T00:05:00Z" };
    expect(cells(podResource, { metadata: leaving, spec, status: { phase: "Running" } })["Status"]).toBe("Terminating");
    expect(cells(podResource, { metadata: leaving, spec, status: { reason: "NodeLost" } })["Status"]).toBe("Unknown");
  });

  it("on its board", () => {
    const row = cells(podResource, { metadata, spec: { ...spec, nodeName: "b1" }, status: { podIP: "10.42.0.7" } });
    expect(row).toMatchObject({ IP: "10.42.0.7", Node: "b1", "Nominated Node": "<none>", "Readiness Gates": "<none>" });
  });
});

describe("rows of other kinds", () => {
  it("Node", () => {
    const body = {
      metadata: {
        ...metadata,
        namespace: undefined,
        labels: { "node-role.kubernetes.io/voter": "", "kubernetes.io/role": "barn" },
      },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: "Ready", status: "True" }],
        addresses: [{ type: "InternalIP", address: "10.0.0.1" }],
        nodeInfo: { kubeletVersion: "v1.20.0-bramble", kernelVersion: "6.1" },
      },
    };
    expect(cells(nodeResource, body)).toMatchObject({
      Status: "Ready,SchedulingDisabled",
      Roles: "barn,voter",
      Version: "v1.20.0-bramble",
      "Internal-IP": "10.0.0.1",
      "External-IP": "<none>",
      "OS-Image": "<unknown>",
      "Kernel-Version": "6.1",
    });
    expect(cells(nodeResource, { metadata: { name: "b2" } })["Status"]).toBe("Unknown");
    expect(cells(nodeResource, { metadata: { name: "b2" } })["Age"]).toBe("<unknown>");
  });

  it("DaemonSet, Event, PersistentVolume and StorageClass", () => {
    const template = {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "a", image: "b:1" }], nodeSelector: { z: "1", a: "2" } },
    };
    const set = {
      metadata,
      spec: { selector: { matchLabels: { app: "web" } }, template },
      status: { desiredNumberScheduled: 3 },
    };
    expect(cells(daemonSetResource, set)).toMatchObject({
      Desired: 3,
      Ready: 0,
      "Node Selector": "a=2,z=1",
      Selector: "app=web",
      Images: "b:1",
    });
    const event = {
      metadata,
      involvedObject: { kind: "Pod", name: "a" },
      lastTimestamp: "2026-01-01T00:05:00Z",
      source: { component: "agent", host: "b1" },
    };
    expect(cells(eventResource, event)).toMatchObject({
      "Last Seen": "3s",
      Object: "pod/a",
      Source: "agent, b1",
      Count: "1",
    });
    const volume = {
      metadata: { name: "v" },
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        hostPath: { path: "/v" },
        claimRef: { namespace: "d", name: "c" },
      },
    };
    expect(cells(persistentVolumeResource, volume)).toMatchObject({
      Capacity: "1Gi",
      "Access Modes": "RWO",
      Claim: "d/c",
    });
    const storage = {
      metadata: { name: "local", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "p",
    };
    expect(cells(storageClassResource, storage)).toMatchObject({
      Name: "local (default)",
      AllowVolumeExpansion: "false",
    });
  });
});
