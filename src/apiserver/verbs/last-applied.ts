/**
 * The annotation in which `kubectl apply` keeps what it applied last, where `kubectl apply --server-side` takes over:
 * old versions of kubectl leave both to the server.
 */
import { compareFields } from "../../api/managed-fields/compare.ts";
import { difference, emptyFieldSet, type FieldSet, leafNode } from "../../api/managed-fields/field-set.ts";
import { fieldTypeOf } from "../../api/managed-fields/field-type.ts";
import { fieldsOf } from "../../api/managed-fields/fields-of.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { isPlainObject } from "../../api/meta/schema.ts";
import { withoutNulls } from "../../api/meta/without-nulls.ts";
import type { JsonObject } from "../../api/patch/json-value.ts";
import type { AnyResource } from "../../api/resource.ts";
import { ownValue } from "../../lib/own-value.ts";

const annotation = "kubectl.kubernetes.io/last-applied-configuration";
/** Whoever applies under another name wants nothing of this. */
const kubectl = "kubectl";

const annotationPath: FieldSet = new Map([
  [
    "f:metadata",
    {
      owned: false,
      below: new Map([["f:annotations", { owned: false, below: new Map([[`f:${annotation}`, leafNode]]) }]]),
    },
  ],
]);

/**
 * What kubectl changes that others own and that it may take: what its client-side apply has set, as long as nobody has
 * changed that since.
 */
export function fieldsToTakeOver(resource: AnyResource, live: ApiObject, manager: string): FieldSet {
  const last = manager === kubectl ? lastApplied(live) : undefined;
  if (last === undefined) return emptyFieldSet;
  const type = fieldTypeOf(resource.schema);
  const { changed, removed } = compareFields(live, last, type);
  return difference(difference(fieldsOf(last, type), changed), removed);
}

/** Leaves out of what kubectl changes what it need not ask others for. */
export function withoutTakenOver(changed: FieldSet, takenOver: FieldSet, manager: string): FieldSet {
  return manager === kubectl ? difference(difference(changed, takenOver), annotationPath) : changed;
}

/** Keeps the annotation in step, so that a client-side apply afterwards knows what was applied. */
export function withLastApplied(merged: JsonObject, live: ApiObject, applied: JsonObject, manager: string): JsonObject {
  if (manager !== kubectl || lastApplied(live) === undefined || !isPlainObject(merged["metadata"])) return merged;
  const { metadata } = merged;
  const annotations = isPlainObject(metadata["annotations"]) ? metadata["annotations"] : {};
  const text = `${JSON.stringify(applied)}\n`;
  return { ...merged, metadata: { ...metadata, annotations: { ...annotations, [annotation]: text } } };
}

function lastApplied({ metadata }: ApiObject): JsonObject | undefined {
  const text = ownValue(metadata.annotations, annotation);
  if (text === undefined) return undefined;
  try {
    const clean = withoutNulls(JSON.parse(text));
    return isPlainObject(clean?.value) ? clean.value : undefined;
  } catch {
    return undefined;
  }
}
