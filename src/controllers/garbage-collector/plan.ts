/** What becomes of an object when its owners go. */
import type { DeleteOptions } from "../../api/meta/delete-options.ts";
import type { ApiObject, OwnerReference } from "../../api/meta/object-meta.ts";

/** All that the garbage collector looks at, whatever the kind. */
export type Collectable = Pick<ApiObject, "metadata">;

export type OwnerState =
  | "present"
  /** Being deleted in the foreground: it waits for its dependents to go first. */
  | "deletingForeground"
  /** Being deleted, and its dependents are to be spared. */
  | "orphaning"
  | "gone";

export type DependentPlan =
  | { readonly action: "keep" }
  | { readonly action: "delete"; readonly policy: NonNullable<DeleteOptions["propagationPolicy"]> }
  /** The object stays, without these owners. */
  | { readonly action: "release"; readonly uids: readonly string[] }
  /** The object stands in its owners' way no longer: they wait for one another in a circle. */
  | { readonly action: "unblock" };

const keep: DependentPlan = { action: "keep" };

/** An object goes when nobody owns it any more who is still there; while one owner stays, it only loses the others. */
export function planDependent(
  object: Collectable,
  stateOf: (owner: OwnerReference) => OwnerState,
  dependents: readonly Collectable[],
): DependentPlan {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0 || object.metadata.deletionTimestamp !== undefined) return keep;
  const states = new Map(owners.map((owner) => [owner.uid, stateOf(owner)]));
  const inState = (...wanted: readonly OwnerState[]) =>
    owners.map(({ uid }) => uid).filter((uid) => wanted.includes(states.get(uid) ?? "present"));
  if (inState("present", "orphaning").length > 0) {
    const uids = inState("gone", "deletingForeground", "orphaning");
    return uids.length === 0 ? keep : { action: "release", uids };
  }
  if (inState("deletingForeground").length > 0 && dependents.length > 0) return planForeground(object, dependents);
  return { action: "delete", policy: policyOf(object) };
}

/** Its own dependents go before it does, and it before its owners. */
function planForeground(object: Collectable, dependents: readonly Collectable[]): DependentPlan {
  const isCircle = dependents.some((dependent) => isDeletingForeground(dependent));
  const blocks = object.metadata.ownerReferences?.some(({ blockOwnerDeletion }) => blockOwnerDeletion === true);
  return isCircle && blocks === true ? { action: "unblock" } : { action: "delete", policy: "Foreground" };
}

/** What the object's own finalizers say is to become of its dependents. */
function policyOf({ metadata: { finalizers = [] } }: Collectable): NonNullable<DeleteOptions["propagationPolicy"]> {
  if (finalizers.includes(orphanFinalizer)) return "Orphan";
  return finalizers.includes(foregroundFinalizer) ? "Foreground" : "Background";
}

const orphanFinalizer = "orphan";
const foregroundFinalizer = "foregroundDeletion";

function isDeletingForeground({ metadata }: Collectable): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(foregroundFinalizer) === true;
}

/** The finalizer of the owner that has been served, once no dependent stands in its way. */
export function planOwner(owner: Collectable, dependents: readonly Collectable[]): string | undefined {
  const { deletionTimestamp, finalizers = [], uid } = owner.metadata;
  if (deletionTimestamp === undefined) return undefined;
  if (finalizers.includes(orphanFinalizer)) return dependents.length === 0 ? orphanFinalizer : undefined;
  if (!finalizers.includes(foregroundFinalizer)) return undefined;
  const isBlocked = dependents.some(({ metadata }) =>
    metadata.ownerReferences?.some((reference) => reference.uid === uid && reference.blockOwnerDeletion === true),
  );
  return isBlocked ? undefined : foregroundFinalizer;
}

/** Whether the garbage collector has something to do for the object's dependents before it can go. */
export function awaitsDependents({ metadata }: Collectable): boolean {
  const { deletionTimestamp, finalizers = [] } = metadata;
  return (
    deletionTimestamp !== undefined && [orphanFinalizer, foregroundFinalizer].some((name) => finalizers.includes(name))
  );
}

export function ownerState(owner: Collectable | undefined): OwnerState {
  if (owner === undefined) return "gone";
  if (owner.metadata.deletionTimestamp === undefined) return "present";
  if (owner.metadata.finalizers?.includes(orphanFinalizer)) return "orphaning";
  return owner.metadata.finalizers?.includes(foregroundFinalizer) ? "deletingForeground" : "present";
}
