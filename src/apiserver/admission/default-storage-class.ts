/** Gives a claim that names no class of storage the fleet's default one. */
import type { PersistentVolumeClaim } from "../../api/kinds/persistent-volume-claim.ts";
import { isDefaultStorageClass, storageClassResource } from "../../api/kinds/storage-class.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { isClaim, isStorageClass } from "../verbs/kind-guards.ts";
import type { MutatingStep } from "./admission.ts";
import { lookUpAll } from "./look-up.ts";

export const defaultStorageClass: MutatingStep = async ({ fleet }, { operation, subresource, object }) =>
  operation === "CREATE" && subresource === undefined && isClaim(object)
    ? withDefaultStorageClass(fleet, object)
    : object;

/** Unchanged where there is no default. Of several the youngest counts, as in Kubernetes. */
async function withDefaultStorageClass(
  objects: ObjectStore,
  claim: PersistentVolumeClaim,
): Promise<PersistentVolumeClaim> {
  // An empty name asks for a volume without a class, which is not the same as not saying.
  if (claim.spec.storageClassName !== undefined) return claim;
  const classes = await lookUpAll(objects, storageClassResource, undefined);
  const defaults = classes
    .map(({ object }) => object)
    .filter((object) => isStorageClass(object) && isDefaultStorageClass(object))
    .sort((one, other) => compareText(other.metadata.creationTimestamp, one.metadata.creationTimestamp));
  const storageClassName = defaults[0]?.metadata.name;
  return storageClassName === undefined ? claim : { ...claim, spec: { ...claim.spec, storageClassName } };
}

function compareText(one = "", other = ""): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
