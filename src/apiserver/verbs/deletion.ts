/** The life of an object that is to be deleted: a time to end in, finalizers to wait for, then nothing. */
import type { Namespace } from "../../api/kinds/namespace.ts";
import type { DeleteOptions } from "../../api/meta/delete-options.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { formatTime } from "../../api/meta/time.ts";
import { isNamespace, isPod } from "./kind-guards.ts";

const podGraceSeconds = 30;
const finishedPhases: ReadonlySet<string | undefined> = new Set(["Succeeded", "Failed"]);

/** What a deletion makes of an object. */
export type Deletion =
  | { readonly type: "vanishes" }
  /** It stays, marked, until its board or its finalizers are done. */
  | { readonly type: "waits"; readonly object: ApiObject }
  /** It has been deleted before, and no less patiently. */
  | { readonly type: "goesOn" };

export type DeletionWishes = Pick<DeleteOptions, "gracePeriodSeconds" | "propagationPolicy" | "orphanDependents">;

/** Follows what Kubernetes' `rest.BeforeDelete` does. */
export function planDeletion(asStored: ApiObject, wishes: DeletionWishes, nowMs: number): Deletion {
  const object = withDependentsFinalizer(asStored, wishes);
  const { metadata } = object;
  const graceSeconds = gracePeriodSeconds(object, wishes.gracePeriodSeconds);
  if (graceSeconds === 0 && !hasFinalizers(object)) return { type: "vanishes" };
  const isImpatient = graceSeconds < (metadata.deletionGracePeriodSeconds ?? 0);
  if (metadata.deletionTimestamp !== undefined && !isImpatient) return { type: "goesOn" };
  const marked = {
    ...object,
    metadata: {
      ...metadata,
      deletionTimestamp: formatTime(nowMs + graceSeconds * 1000),
      deletionGracePeriodSeconds: graceSeconds,
      ...(metadata.generation !== undefined && { generation: metadata.generation + 1 }),
    },
  };
  return { type: "waits", object: isNamespace(marked) ? terminating(marked) : marked };
}

/** Whether nothing keeps a deleted object any longer. */
export function isReadyToVanish(object: ApiObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && !hasFinalizers(object);
}

/** Only a pod that may be running on a board needs time; its board deletes it for good, with 0. */
function gracePeriodSeconds(object: ApiObject, requestedSeconds: number | undefined): number {
  if (!isPod(object)) return 0;
  const { spec, status } = object;
  if (spec.nodeName === undefined || finishedPhases.has(status.phase)) return 0;
  return requestedSeconds ?? spec.terminationGracePeriodSeconds ?? podGraceSeconds;
}

const orphanFinalizer = "orphan";
const foregroundFinalizer = "foregroundDeletion";

/** Has the garbage collector release or remove the dependents before the object goes; by itself it removes them after. */
function withDependentsFinalizer(object: ApiObject, wishes: DeletionWishes): ApiObject {
  const { metadata } = object;
  // Once begun, a deletion goes on as it was begun. Events are kept apart, and nobody owns one.
  if (metadata.deletionTimestamp !== undefined || object.kind === "Event") return object;
  const present = metadata.finalizers ?? [];
  const wished = dependentsFinalizer(object, wishes);
  const others = present.filter((finalizer) => finalizer !== orphanFinalizer && finalizer !== foregroundFinalizer);
  const finalizers = wished === undefined ? others : [...others, wished];
  const isSame = finalizers.length === present.length && (wished === undefined || present.includes(wished));
  return isSame ? object : { ...object, metadata: { ...metadata, finalizers } };
}

/** What the request says counts most, then a finalizer that the object already has, then the custom of its kind. */
function dependentsFinalizer(object: ApiObject, { propagationPolicy, orphanDependents }: DeletionWishes) {
  if (orphanDependents !== undefined) return orphanDependents ? orphanFinalizer : undefined;
  switch (propagationPolicy) {
    case "Orphan":
      return orphanFinalizer;
    case "Foreground":
      return foregroundFinalizer;
    case "Background":
      return undefined;
    case undefined: {
      const own = object.metadata.finalizers?.find(
        (finalizer) => finalizer === orphanFinalizer || finalizer === foregroundFinalizer,
      );
      return own ?? (sparesDependents(object) ? orphanFinalizer : undefined);
    }
  }
}

/** Kinds older than the garbage collector, whose clients expect to find the pods afterwards. */
function sparesDependents({ apiVersion, kind }: ApiObject): boolean {
  return (apiVersion === "batch/v1" && kind === "Job") || (apiVersion === "v1" && kind === "ReplicationController");
}

function hasFinalizers(object: ApiObject): boolean {
  const ofSpec = isNamespace(object) ? (object.spec.finalizers ?? []) : [];
  return (object.metadata.finalizers ?? []).length + ofSpec.length > 0;
}

function terminating(namespace: Namespace): Namespace {
  return { ...namespace, status: { ...namespace.status, phase: "Terminating" } };
}
