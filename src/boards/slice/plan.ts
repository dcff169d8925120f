/** What a board needs to know: its pods with all they name, its volumes, and where the other boards are. Pure. */
import { type SliceObject, sliceKey } from "../../api/board-link.ts";
import type { Node } from "../../api/kinds/node.ts";
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { type ReferencedKind, referencesOf } from "../../api/pod-references.ts";
import { type FleetVoter, fleetObject, peerNode, podForBoard, volumeForBoard, whole } from "./reductions.ts";

/** The fleet's state, as far as slices are cut from it. */
export interface World {
  nodes(): Iterable<Node>;
  podsOn(board: string): readonly Pod[];
  /** A ConfigMap, Secret or claim. */
  referenced(kind: ReferencedKind, namespace: string, name: string): ApiObject | undefined;
  volume(name: string): PersistentVolume | undefined;
  /** Volumes whose directories are on the board, in use or not. */
  volumesOn(board: string): readonly PersistentVolume[];
  voters(): readonly FleetVoter[];
}

/** By `sliceKey`. */
export type Slice = ReadonlyMap<string, SliceObject>;

export function planSlice(board: string, world: World): Slice {
  const slice = new Map<string, SliceObject>();
  const add = (object: SliceObject) => slice.set(sliceKey(object), object);
  add(fleetObject(world.voters()));
  for (const node of world.nodes()) add(node.metadata.name === board ? whole(node) : peerNode(node));
  for (const volume of world.volumesOn(board)) add(volumeForBoard(volume));
  for (const pod of world.podsOn(board)) {
    add(podForBoard(pod));
    const namespace = pod.metadata.namespace ?? "";
    for (const { kind, name } of referencesOf(pod)) {
      const object = world.referenced(kind, namespace, name);
      if (object === undefined) continue;
      add(whole(object));
      const volumeName = isClaim(object) ? object.spec.volumeName : undefined;
      const volume = volumeName === undefined ? undefined : world.volume(volumeName);
      if (volume !== undefined) add(volumeForBoard(volume));
    }
  }
  return slice;
}

export interface SliceChange {
  readonly upserts: readonly SliceObject[];
  /** Keys. */
  readonly removes: readonly string[];
}

/** What turns the slice a board was sent (versions by key) into `next`; undefined where nothing does. */
export function planChange(sent: ReadonlyMap<string, string>, next: Slice): SliceChange | undefined {
  const upserts = Array.from(next.entries())
    .filter(([key, object]) => sent.get(key) !== object.metadata.resourceVersion)
    .map(([, object]) => object);
  const removes = Array.from(sent.keys()).filter((key) => !next.has(key));
  return upserts.length + removes.length === 0 ? undefined : { upserts, removes };
}

function isClaim(object: ApiObject): object is PersistentVolumeClaim {
  return object.kind === "PersistentVolumeClaim";
}
