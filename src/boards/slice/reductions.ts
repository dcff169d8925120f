/** Objects cut down to what a board needs of them, with versions that change only when that does. */
import type { SliceObject } from "../../api/board-link.ts";
import type { Node } from "../../api/kinds/node.ts";
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { contentVersion } from "./content-version.ts";

const meshAnnotations = ["bramble.io/wireguard-public-key", "bramble.io/wireguard-endpoint"] as const;

/** A voter as boards know it: where its control broker listens. */
export interface FleetVoter {
  readonly node: string;
  /** `10.99.0.1:8883` */
  readonly address: string;
  /** A learner does not serve boards yet. */
  readonly role?: "voter" | "learner";
}

/** The object as it is stored. */
export function whole(object: ApiObject): SliceObject {
  return versioned(object, object.metadata.resourceVersion ?? "0");
}

/**
 * A pod under a version that its own board's reports do not change: what the board said, it need not be told. That the
 * pod has ended is told, and so are the conditions that others set and readiness waits for.
 */
export function podForBoard(pod: Pod): SliceObject {
  return remember(pod, () => {
    const { resourceVersion: _, managedFields: __, ...metadata } = pod.metadata;
    const gates = new Set((pod.spec.readinessGates ?? []).map(({ conditionType }) => conditionType));
    const conditions = pod.status.conditions?.filter(({ type }) => gates.has(type));
    const ended = pod.status.phase === "Succeeded" || pod.status.phase === "Failed" ? pod.status.phase : undefined;
    return versioned(pod, contentVersion([metadata, pod.spec, ended, conditions ?? []]));
  });
}

/** Another board's Node: what the mesh needs of it. */
export function peerNode(node: Node): SliceObject {
  return remember(node, () => {
    const annotations: Record<string, string> = {};
    for (const name of meshAnnotations) {
      const value = node.metadata.annotations?.[name];
      if (value !== undefined) annotations[name] = value;
    }
    const addresses = node.status.addresses?.filter(({ type }) => type === "InternalIP") ?? [];
    const { podCIDR } = node.spec;
    const content = { annotations, spec: podCIDR === undefined ? {} : { podCIDR }, status: { addresses } };
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: node.metadata.name, annotations, resourceVersion: contentVersion(content) },
      spec: content.spec,
      status: content.status,
    };
  });
}

/** A volume that still serves its claim is not shown as being deleted: its directory must stay. */
export function volumeForBoard(volume: PersistentVolume): SliceObject {
  const { deletionTimestamp, ...metadata } = volume.metadata;
  if (deletionTimestamp === undefined || volume.status.phase !== "Bound") return whole(volume);
  return versioned({ ...volume, metadata }, `${volume.metadata.resourceVersion ?? "0"}-kept`);
}

/** The voters' addresses as an object of the slice: `Fleet /fleet`. */
export function fleetObject(voters: readonly FleetVoter[]): SliceObject {
  const sorted = voters.map(({ node, address }) => ({ node, address })).sort((a, b) => (a.node < b.node ? -1 : 1));
  return {
    apiVersion: "bramble.io/v1",
    kind: "Fleet",
    metadata: { name: "fleet", resourceVersion: contentVersion(sorted) },
    spec: { voters: sorted },
  };
}

function versioned(object: ApiObject, resourceVersion: string): SliceObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, resourceVersion } };
}

/** Objects of a cache are never changed: what was made of one is made once, however many boards need it. */
const made = new WeakMap<ApiObject, SliceObject>();

function remember(object: ApiObject, make: () => SliceObject): SliceObject {
  const known = made.get(object);
  if (known !== undefined) return known;
  const reduced = make();
  made.set(object, reduced);
  return reduced;
}
