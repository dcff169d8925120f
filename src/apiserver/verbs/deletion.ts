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

/** Has the garbage collector release or remove the dependents before the object goes; by itself it removes them after. */
function withDependentsFinalizer(
  object: ApiObject,
  { propagationPolicy, orphanDependents }: DeletionWishes,
): ApiObject {
  const isOrphaning = propagationPolicy === "Orphan" || orphanDependents === true;
  const finalizer = isOrphaning ? "orphan" : propagationPolicy === "Foreground" ? "foregroundDeletion" : undefined;
  if (finalizer === undefined || !mayOwn(object) || object.metadata.deletionTimestamp !== undefined) return object;
  const finalizers = [...new Set([...(object.metadata.finalizers ?? []), finalizer])];
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

/** Workloads own their pods; the other kinds own nothing. */
function mayOwn({ apiVersion }: ApiObject): boolean {
  return apiVersion.startsWith("apps/");
}

function hasFinalizers(object: ApiObject): boolean {
  const ofSpec = isNamespace(object) ? (object.spec.finalizers ?? []) : [];
  return (object.metadata.finalizers ?? []).length + ofSpec.length > 0;
}

function terminating(namespace: Namespace): Namespace {
  return { ...namespace, status: { ...namespace.status, phase: "Terminating" } };
}
