/** Which objects are a board's business: its own pods, and what those use. As this voter knows them. */
import { type PersistentVolume, persistentVolumeResource } from "../../../api/kinds/persistent-volume.ts";
import { type Pod, podResource } from "../../../api/kinds/pod.ts";
import type { ApiObject } from "../../../api/meta/object-meta.ts";
import { type ReferencedKind, referencesOf } from "../../../api/pod-references.ts";
import { collectionPrefix, objectKey } from "../../storage/object-key.ts";
import type { ObjectStore } from "../../storage/object-store.ts";
import { isPod } from "../../verbs/kind-guards.ts";

type Objects = Pick<ObjectStore, "get" | "reader" | "shared">;

export class BoardObjects {
  readonly #objects: Objects;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** Whether the pod is bound to the board. */
  async hasPod(node: string, namespace: string, name: string): Promise<boolean> {
    const pod = await this.pod(namespace, name);
    return pod?.spec.nodeName === node;
  }

  async pod(namespace: string, name: string): Promise<Pod | undefined> {
    const found = await this.#objects.get(objectKey(podResource, { namespace, name }));
    return found !== undefined && isPod(found.object) ? found.object : undefined;
  }

  /** Whether a pod of the board names the object. */
  async uses(node: string, kind: ReferencedKind, namespace: string, name: string): Promise<boolean> {
    for (const pod of await this.#podsOf(node, namespace)) {
      if (referencesOf(pod).some((reference) => reference.kind === kind && reference.name === name)) return true;
    }
    return false;
  }

  /** Whether a pod of the board is of the account. */
  async runsAs(node: string, namespace: string, account: string): Promise<boolean> {
    const pods = await this.#podsOf(node, namespace);
    return pods.some(({ spec }) => spec.serviceAccountName === account);
  }

  /** Whether a pod of the board uses the claim that the volume serves. */
  async usesVolume(node: string, name: string): Promise<boolean> {
    const found = await this.#objects.get(objectKey(persistentVolumeResource, { name }));
    const claim = found !== undefined && isVolume(found.object) ? found.object.spec.claimRef : undefined;
    if (claim?.namespace === undefined || claim.name === undefined) return false;
    return this.uses(node, "PersistentVolumeClaim", claim.namespace, claim.name);
  }

  async #podsOf(node: string, namespace: string): Promise<Pod[]> {
    const { items } = await this.#objects.reader.range({ prefix: collectionPrefix(podResource, namespace) });
    return items
      .map(({ key, modRevision, value }) => this.#objects.shared.at(key, modRevision, value))
      .filter(isPod)
      .filter(({ spec }) => spec.nodeName === node);
  }
}

function isVolume(object: ApiObject): object is PersistentVolume {
  return object.kind === "PersistentVolume";
}
