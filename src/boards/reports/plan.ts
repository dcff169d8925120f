/** What a board's report makes of the fleet's objects: what to write, what needs no writing, what is none of its business. */

import { isProtectedLabel } from "../../api/board-labels.ts";
import { type Event, eventSchema } from "../../api/kinds/event.ts";
import { type Node, nodeSchema } from "../../api/kinds/node.ts";
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { type PodStatus, podStatusSchema } from "../../api/kinds/pod-status.ts";
import { sameJson } from "../../lib/same-json.ts";

export type Refusal = { readonly kind: "refused"; readonly why: string };
export type Unchanged = { readonly kind: "unchanged" };

const unchanged: Unchanged = { kind: "unchanged" };
const refused = (why: string): Refusal => ({ kind: "refused", why });

export type NodeDecision =
  | Refusal
  | Unchanged
  | { readonly kind: "create"; readonly node: Node }
  /** Labels and annotations that others gave the node stay. */
  | {
      readonly kind: "update";
      readonly metadata: Node["metadata"] | undefined;
      readonly status: Node["status"] | undefined;
    };

/** `firstLabels` are what the board was called when it joined: said of a new Node, never again. */
export function planNodeReport(
  board: string,
  reported: unknown,
  current: Node | undefined,
  firstLabels: Readonly<Record<string, string>> = {},
): NodeDecision {
  const parsed = nodeSchema.safeParse(reported);
  if (!parsed.success) return refused(`the node does not parse: ${parsed.error.message}`);
  const { metadata, status } = parsed.data;
  if (metadata.name !== board) return refused(`a board may not speak for node "${metadata.name}"`);
  if (current === undefined) {
    const { name, annotations } = metadata;
    const allowed = Object.entries(firstLabels).filter(([key]) => !isProtectedLabel(key));
    const labels = { ...Object.fromEntries(allowed), ...metadata.labels };
    const own = { name, ...(Object.keys(labels).length > 0 && { labels }), ...(annotations && { annotations }) };
    return { kind: "create", node: { apiVersion: "v1", kind: "Node", metadata: own, spec: {}, status } };
  }
  const labels = { ...current.metadata.labels, ...metadata.labels };
  const annotations = { ...current.metadata.annotations, ...metadata.annotations };
  const nextMetadata = { ...current.metadata, labels, annotations };
  const conditions = mergedConditions(current.status.conditions, status.conditions);
  const nextStatus = { ...current.status, ...status, ...(conditions && { conditions }) };
  const known = {
    ...current.metadata,
    labels: current.metadata.labels ?? {},
    annotations: current.metadata.annotations ?? {},
  };
  const metadataChange = sameJson(nextMetadata, known) ? undefined : nextMetadata;
  const statusChange = sameJson(nextStatus, current.status) ? undefined : nextStatus;
  if (metadataChange === undefined && statusChange === undefined) return unchanged;
  return { kind: "update", metadata: metadataChange, status: statusChange };
}

export type PodStatusDecision = Refusal | Unchanged | { readonly kind: "update"; readonly status: PodStatus };

/** `uid` names the pod that the board means: another one of the same name is left alone. */
export function planPodStatusReport(
  board: string,
  uid: string,
  reported: unknown,
  current: Pod | undefined,
): PodStatusDecision {
  if (current === undefined || current.metadata.uid !== uid) return unchanged;
  if (current.spec.nodeName !== board) return refused(`pod "${current.metadata.name}" is not on this board`);
  const parsed = podStatusSchema.safeParse(reported);
  if (!parsed.success) return refused(`the pod's status does not parse: ${parsed.error.message}`);
  const { qosClass, nominatedNodeName } = current.status;
  const conditions = mergedConditions(current.status.conditions, parsed.data.conditions);
  const status = {
    ...(qosClass && { qosClass }),
    ...(nominatedNodeName && { nominatedNodeName }),
    ...parsed.data,
    ...(conditions && { conditions }),
  };
  return sameJson(status, current.status) ? unchanged : { kind: "update", status };
}

export type PodGoneDecision = Refusal | Unchanged | { readonly kind: "remove" };

/** `current` must be read from the API itself: only a pod that is to go may be removed. */
export function planPodGoneReport(board: string, uid: string, current: Pod | undefined): PodGoneDecision {
  if (current === undefined || current.metadata.uid !== uid) return unchanged;
  if (current.spec.nodeName !== board) return refused(`pod "${current.metadata.name}" is not on this board`);
  if (current.metadata.deletionTimestamp === undefined)
    return refused(`pod "${current.metadata.name}" is not being deleted`);
  return { kind: "remove" };
}

export type VolumeGoneDecision =
  | Refusal
  | Unchanged
  | { readonly kind: "release"; readonly finalizers: readonly string[] };

const localVolumeFinalizer = "bramble.io/local-volume";
const boardLabel = "bramble.io/board";

export function planVolumeGoneReport(
  board: string,
  uid: string,
  current: PersistentVolume | undefined,
): VolumeGoneDecision {
  if (current === undefined || current.metadata.uid !== uid) return unchanged;
  const { name, labels, deletionTimestamp, finalizers = [] } = current.metadata;
  if (labels?.[boardLabel] !== board) return refused(`volume "${name}" is not on this board`);
  if (deletionTimestamp === undefined) return refused(`volume "${name}" is not being deleted`);
  if (!finalizers.includes(localVolumeFinalizer)) return unchanged;
  return { kind: "release", finalizers: finalizers.filter((finalizer) => finalizer !== localVolumeFinalizer) };
}

export type EventDecision = Refusal | { readonly kind: "record"; readonly event: Event };

/** Whatever the board says of the event's source, it is the board. */
export function planEventReport(board: string, reported: unknown): EventDecision {
  const parsed = eventSchema.safeParse(reported);
  if (!parsed.success) return refused(`the event does not parse: ${parsed.error.message}`);
  const event = parsed.data;
  const { name, namespace = "default" } = event.metadata;
  return {
    kind: "record",
    event: { ...event, metadata: { name, namespace }, source: { ...event.source, host: board } },
  };
}

/** The reported conditions, and those of other types that somebody else set. */
function mergedConditions<C extends { type: string }>(
  current: readonly C[] | undefined,
  reported: readonly C[] | undefined,
): C[] | undefined {
  if (reported === undefined) return current === undefined ? undefined : [...current];
  const types = new Map(reported.map((condition) => [condition.type, condition]));
  const kept = (current ?? []).map((condition) => types.get(condition.type) ?? condition);
  const known = new Set(kept.map(({ type }) => type));
  return [...kept, ...reported.filter(({ type }) => !known.has(type))];
}
