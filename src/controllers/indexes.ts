/** How controllers look pods up; one function an index, so that all share it. */
import type { Pod } from "../api/kinds/pod.ts";
import type { ApiObject } from "../api/meta/object-meta.ts";
import { controllerOf } from "../api/meta/owner.ts";

export function byControllerUid(object: ApiObject): readonly string[] {
  const owner = controllerOf(object);
  return owner === undefined ? [] : [owner.uid];
}

export function byOwnerUid(object: ApiObject): readonly string[] {
  return (object.metadata.ownerReferences ?? []).map((owner) => owner.uid);
}

/** The board a pod is bound to. */
export function byNodeName(pod: Pod): readonly string[] {
  return pod.spec.nodeName === undefined ? [] : [pod.spec.nodeName];
}

/** `<namespace>/<claim>` of every claim the pod names. */
export function byClaimKey(pod: Pod): readonly string[] {
  return (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim === undefined ? [] : [`${pod.metadata.namespace ?? ""}/${persistentVolumeClaim.claimName}`],
  );
}
