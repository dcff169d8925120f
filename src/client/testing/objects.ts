/** Objects for tests, made by the kinds' own schemas: what a case does not name has its default. */
import { type DaemonSet, daemonSetResource } from "../../api/kinds/daemon-set.ts";
import { type Node, nodeResource } from "../../api/kinds/node.ts";
import { type PersistentVolume, persistentVolumeResource } from "../../api/kinds/persistent-volume.ts";
import { type PersistentVolumeClaim, persistentVolumeClaimResource } from "../../api/kinds/persistent-volume-claim.ts";
import { type Pod, podResource } from "../../api/kinds/pod.ts";
import { type StorageClass, storageClassResource } from "../../api/kinds/storage-class.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Parts {
  readonly metadata?: Fields;
  readonly spec?: Fields;
  readonly status?: Fields;
}

export function makeNode(name: string, { metadata, spec, status }: Parts = {}): Node {
  return nodeResource.schema.parse({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      uid: `uid-${name}`,
      resourceVersion: "1",
      labels: { "kubernetes.io/hostname": name },
      ...metadata,
    },
    spec: spec ?? {},
    status: {
      conditions: [{ type: "Ready", status: "True", reason: "AgentReady" }],
      allocatable: { cpu: "4", memory: "1Gi", pods: "110" },
      ...status,
    },
  });
}

export function makePod(name: string, { metadata, spec, status }: Parts = {}): Pod {
  return podResource.schema.parse({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", uid: `uid-${name}`, resourceVersion: "1", ...metadata },
    spec: { containers: [{ name: "main", image: "hello:1" }], ...spec },
    status: status ?? {},
  });
}

export const readyConditions = [
  { type: "ContainersReady", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" },
  { type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" },
] as const;

export function makeDaemonSet(name: string, { metadata, spec, status }: Parts = {}): DaemonSet {
  return daemonSetResource.schema.parse({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace: "default", uid: `uid-${name}`, resourceVersion: "1", generation: 1, ...metadata },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "main", image: "hello:1" }] },
      },
      ...spec,
    },
    status: status ?? {},
  });
}

export function makeClaim(name: string, { metadata, spec, status }: Parts = {}): PersistentVolumeClaim {
  return persistentVolumeClaimResource.schema.parse({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: "default", uid: `uid-${name}`, resourceVersion: "1", ...metadata },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
    status: status ?? { phase: "Pending" },
  });
}

export function makeVolume(name: string, { metadata, spec, status }: Parts = {}): PersistentVolume {
  return persistentVolumeResource.schema.parse({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, uid: `uid-${name}`, resourceVersion: "1", ...metadata },
    spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, local: { path: "/mnt/disk" }, ...spec },
    status: status ?? { phase: "Available" },
  });
}

export function makeStorageClass(name: string, fields: Fields = {}): StorageClass {
  return storageClassResource.schema.parse({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
    provisioner: "bramble.io/local",
    volumeBindingMode: "WaitForFirstConsumer",
    ...fields,
  });
}
