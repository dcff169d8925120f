/** The world that slices are cut from, read from informers, and which boards each change of it touches. */
import { configMapResource } from "../../api/kinds/config-map.ts";
import { type Node, nodeResource } from "../../api/kinds/node.ts";
import { type PersistentVolume, persistentVolumeResource } from "../../api/kinds/persistent-volume.ts";
import { persistentVolumeClaimResource } from "../../api/kinds/persistent-volume-claim.ts";
import { type Pod, podResource } from "../../api/kinds/pod.ts";
import { secretResource } from "../../api/kinds/secret.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { type ReferencedKind, referencesOf } from "../../api/pod-references.ts";
import type { Change, Informer } from "../../client/informer.ts";
import type { SharedInformers } from "../../client/shared-informers.ts";
import type { World } from "./plan.ts";
import { type FleetVoter, peerNode } from "./reductions.ts";

const boardLabel = "bramble.io/board";

const byNodeName = (pod: Pod): readonly string[] => (pod.spec.nodeName === undefined ? [] : [pod.spec.nodeName]);
const byReference = (pod: Pod): readonly string[] =>
  referencesOf(pod).map(({ kind, name }) => referenceKey(kind, pod.metadata.namespace ?? "", name));
const byBoardLabel = (volume: PersistentVolume): readonly string[] => {
  const board = volume.metadata.labels?.[boardLabel];
  return board === undefined ? [] : [board];
};

export interface InformedWorld extends World {
  readonly pods: Informer<Pod>;
  readonly nodeInformer: Informer<Node>;
}

/** `onTouched` is called with each board whose slice may have changed, or with undefined when all may have. */
export function informedWorld(
  informers: SharedInformers,
  voters: () => readonly FleetVoter[],
  onTouched: (board: string | undefined) => void,
): InformedWorld {
  const pods = informers.for(podResource);
  const nodes = informers.for(nodeResource);
  const volumes = informers.for(persistentVolumeResource);
  const referenced: Readonly<Record<ReferencedKind, Informer<ApiObject>>> = {
    ConfigMap: informers.for(configMapResource),
    Secret: informers.for(secretResource),
    PersistentVolumeClaim: informers.for(persistentVolumeClaimResource),
  };
  const podsByNode = pods.cache.indexBy(byNodeName);
  const podsByReference = pods.cache.indexBy(byReference);
  const volumesByBoard = volumes.cache.indexBy(byBoardLabel);

  const touchBoardsOf = (kind: ReferencedKind, namespace: string, name: string) => {
    const users = podsByReference.get(referenceKey(kind, namespace, name));
    for (const board of new Set(users.flatMap(byNodeName))) onTouched(board);
  };
  pods.onChange((change) => {
    for (const board of new Set(bothSides(change).flatMap(byNodeName))) onTouched(board);
  });
  nodes.onChange((change) => {
    const [before, after] = [change.type === "updated" ? change.old : undefined, change.object];
    const sameForPeers =
      before !== undefined && peerNode(before).metadata.resourceVersion === peerNode(after).metadata.resourceVersion;
    onTouched(sameForPeers ? after.metadata.name : undefined);
  });
  volumes.onChange((change) => {
    for (const board of new Set(bothSides(change).flatMap(byBoardLabel))) onTouched(board);
    const { claimRef } = change.object.spec;
    if (claimRef?.name !== undefined) touchBoardsOf("PersistentVolumeClaim", claimRef.namespace ?? "", claimRef.name);
  });
  for (const kind of ["ConfigMap", "Secret", "PersistentVolumeClaim"] as const) {
    referenced[kind].onChange(({ object }) =>
      touchBoardsOf(kind, object.metadata.namespace ?? "", object.metadata.name),
    );
  }

  return {
    pods,
    nodeInformer: nodes,
    nodes: () => nodes.cache.values(),
    podsOn: (board) => podsByNode.get(board),
    referenced: (kind, namespace, name) => referenced[kind].cache.get(`${namespace}/${name}`),
    volume: (name) => volumes.cache.get(name),
    volumesOn: (board) => volumesByBoard.get(board),
    voters,
  };
}

function referenceKey(kind: ReferencedKind, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}

function bothSides<T>(change: Change<T>): readonly T[] {
  return change.type === "updated" ? [change.old, change.object] : [change.object];
}
