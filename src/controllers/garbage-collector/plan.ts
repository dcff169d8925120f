/** What becomes of an object when its owners go. */
import type { ApiObject, OwnerReference } from "../../api/meta/object-meta.ts";
import { unreachable } from "../../lib/assert.ts";

export type OwnerState =
  | "present"
  /** Being deleted in the foreground: it waits for its dependents to go first. */
  | "deletingForeground"
  /** Being deleted, and its dependents are to be spared. */
  | "orphaning"
  | "gone";

export type DependentPlan =
  | { readonly action: "keep" }
  | { readonly action: "delete" }
  /** The object stays, without these owners. */
  | { readonly action: "release"; readonly uids: readonly string[] };

/** An object goes when nobody owns it any more who is still there; while one owner stays, it only loses the others. */
export function planDependent(object: ApiObject, stateOf: (owner: OwnerReference) => OwnerState): DependentPlan {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0 || object.metadata.deletionTimestamp !== undefined) return { action: "keep" };
  const release: string[] = [];
  let staying = 0;
  let ending = 0;
  for (const owner of owners) {
    const state = stateOf(owner);
    switch (state) {
      case "present":
        staying += 1;
        break;
      case "deletingForeground":
        ending += 1;
        break;
      case "orphaning":
        release.push(owner.uid);
        break;
      case "gone":
        ending += 1;
        if (owners.length > 1) release.push(owner.uid);
        break;
      default:
        unreachable(state);
    }
  }
  if (staying === 0 && ending > 0) return { action: "delete" };
  return release.length > 0 ? { action: "release", uids: release } : { action: "keep" };
}

const orphanFinalizer = "orphan";
const foregroundFinalizer = "foregroundDeletion";

/** The finalizer of the owner that has been served, once no dependent stands in its way. */
export function planOwner(owner: ApiObject, dependents: readonly ApiObject[]): string | undefined {
  if (owner.metadata.deletionTimestamp === undefined || dependents.length > 0) return undefined;
  return owner.metadata.finalizers?.find((name) => name === orphanFinalizer || name === foregroundFinalizer);
}

export function ownerState(owner: ApiObject | undefined): OwnerState {
  if (owner === undefined) return "gone";
  if (owner.metadata.deletionTimestamp === undefined) return "present";
  if (owner.metadata.finalizers?.includes(orphanFinalizer)) return "orphaning";
  return owner.metadata.finalizers?.includes(foregroundFinalizer) ? "deletingForeground" : "present";
}
