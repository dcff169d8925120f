/** The board's slice as typed objects. What does not parse is left out, for one bad object must not stop the others. */
import type { z } from "zod";
import { type SliceObject, sliceKey } from "../../api/board-link.ts";
import { type ConfigMap, configMapSchema } from "../../api/kinds/config-map.ts";
import { type Node, nodeSchema } from "../../api/kinds/node.ts";
import { type PersistentVolume, persistentVolumeSchema } from "../../api/kinds/persistent-volume.ts";
import { type PersistentVolumeClaim, persistentVolumeClaimSchema } from "../../api/kinds/persistent-volume-claim.ts";
import { type Pod, podSchema } from "../../api/kinds/pod.ts";
import { type Secret, secretSchema } from "../../api/kinds/secret.ts";

export interface SliceView {
  /** By uid. */
  readonly pods: ReadonlyMap<string, Pod>;
  readonly persistentVolumes: readonly PersistentVolume[];
  node(name: string): Node | undefined;
  configMap(namespace: string, name: string): ConfigMap | undefined;
  secret(namespace: string, name: string): Secret | undefined;
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  persistentVolume(name: string): PersistentVolume | undefined;
}

export type SliceObjects = ReadonlyMap<string, SliceObject>;

/**
 * A view of the objects that `objects` holds by `sliceKey`. Pods bound to other nodes than `node` are left out;
 * `onBad` hears of each object that does not parse.
 */
export function viewSlice(objects: SliceObjects, node: string, onBad: (key: string, error: Error) => void): SliceView {
  const parse = <Schema extends z.ZodType>(schema: Schema, object: SliceObject): z.output<Schema> | undefined => {
    const parsed = schema.safeParse(object);
    if (parsed.success) return parsed.data;
    onBad(sliceKey(object), parsed.error);
    return undefined;
  };
  const find = <Schema extends z.ZodType>(schema: Schema, kind: string, namespace: string, name: string) => {
    const object = objects.get(`${kind} ${namespace}/${name}`);
    return object === undefined ? undefined : parse(schema, object);
  };
  const pods = new Map<string, Pod>();
  const persistentVolumes: PersistentVolume[] = [];
  for (const object of objects.values()) {
    if (object.kind === "Pod") {
      const pod = parse(podSchema, object);
      if (pod?.metadata.uid !== undefined && pod.spec.nodeName === node) pods.set(pod.metadata.uid, pod);
    } else if (object.kind === "PersistentVolume") {
      const volume = parse(persistentVolumeSchema, object);
      if (volume !== undefined) persistentVolumes.push(volume);
    }
  }
  return {
    pods,
    persistentVolumes,
    node: (name) => find(nodeSchema, "Node", "", name),
    configMap: (namespace, name) => find(configMapSchema, "ConfigMap", namespace, name),
    secret: (namespace, name) => find(secretSchema, "Secret", namespace, name),
    claim: (namespace, name) => find(persistentVolumeClaimSchema, "PersistentVolumeClaim", namespace, name),
    persistentVolume: (name) => persistentVolumes.find((volume) => volume.metadata.name === name),
  };
}
