/** What the server adds to new objects that their kind alone cannot say. */
import type { Namespace } from "../../api/kinds/namespace.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { isClaim, isNamespace } from "../verbs/kind-guards.ts";
import { withDefaultStorageClass } from "./default-storage-class.ts";

/** The object as it is to be stored, from one that is complete but for this. */
export async function admit(objects: ObjectStore, object: ApiObject): Promise<ApiObject> {
  if (isNamespace(object)) return withContentFinalizer(object);
  if (isClaim(object)) return withDefaultStorageClass(objects, object);
  return object;
}

const contentFinalizer = "kubernetes";

/** A deleted namespace stays until the namespace controller has removed what is in it. */
function withContentFinalizer(namespace: Namespace): Namespace {
  const finalizers = new Set([...(namespace.spec.finalizers ?? []), contentFinalizer]);
  return { ...namespace, spec: { ...namespace.spec, finalizers: [...finalizers] } };
}
