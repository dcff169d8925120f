/** How a submitted object and the current one become the next one: what a path may change, and nothing else. */
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { AnyResource } from "../../api/resource.ts";
import { isNamespace } from "./kind-guards.ts";

export type Merge = (resource: AnyResource, submitted: ApiObject, current: ApiObject) => ApiObject;

export const mergeWhole: Merge = (resource, submitted, current) => resource.prepareForUpdate(submitted, current);

export const mergeStatus: Merge = (resource, submitted, current) => resource.prepareForStatusUpdate(submitted, current);

/** A namespace's `finalize` changes `spec.finalizers`; with the last of them a deleted namespace goes. */
export const mergeFinalizers: Merge = (_resource, submitted, current) =>
  isNamespace(submitted) && isNamespace(current) ? { ...current, spec: submitted.spec } : current;
