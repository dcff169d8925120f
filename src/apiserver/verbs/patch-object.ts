/** PATCH: the current object with a client's changes, made anew at every attempt. */

import type { z } from "zod";
import { ApiError } from "../../api/api-error.ts";
import type { ApiReply } from "../../api/exchange.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { isPlainObject } from "../../api/meta/schema.ts";
import { applyJsonPatch } from "../../api/patch/json-patch.ts";
import { applyMergePatch } from "../../api/patch/merge-patch.ts";
import { applyStrategicMergePatch } from "../../api/patch/strategic-merge-patch.ts";
import { applyObject } from "./apply-object.ts";
import { applyPatchType, checkManagerOptions } from "./field-manager.ts";
import type { Merge } from "./merge.ts";
import { parseSubmitted } from "./parse-submitted.ts";
import { updateObject } from "./update-object.ts";
import type { ObjectRequest, ServerContext } from "./verb-context.ts";

const jsonPatchType = "application/json-patch+json";
const typesOfCustomKinds = [jsonPatchType, "application/merge-patch+json", applyPatchType];
const strategicType = "application/strategic-merge-patch+json";
const supportedTypes = [...typesOfCustomKinds, strategicType];

/** The stored object. Throws `ApiError`. A version in the patch pins it to that version. */
export async function patchObject(context: ServerContext, request: ObjectRequest, merge: Merge): Promise<ApiReply> {
  checkManagerOptions(request, "PatchOptions");
  if (request.contentType === applyPatchType) return applyObject(context, request, merge);
  if (request.contentType === strategicType && request.resource.isCustom)
    throw ApiError.unsupportedMediaType(strategicType, typesOfCustomKinds);
  const apply = patchFunction(request, request.resource.schema);
  const base = concernsManagers(request) ? (current: ApiObject) => current : withoutManagers;
  const submit = (current: ApiObject) => parseSubmitted(request, apply(base(current)));
  return { status: 200, body: await updateObject(context, request, submit, merge) };
}

/** What the patch makes of an object of `schema`. Throws `ApiError` (415). */
export function patchFunction(
  { contentType, body }: ObjectRequest,
  schema: z.core.$ZodType,
): (current: ApiObject) => unknown {
  switch (contentType) {
    case jsonPatchType:
      return (current) => applyJsonPatch({ ...current }, body);
    case "application/merge-patch+json":
      return (current) => applyMergePatch({ ...current }, body);
    case strategicType:
      return (current) => applyStrategicMergePatch({ ...current }, body, schema);
    default:
      throw ApiError.unsupportedMediaType(contentType ?? "none given", supportedTypes);
  }
}

/** Few patches do; for all others the managers, which are as large as the rest, need not be made and read again. */
function concernsManagers({ contentType, body }: ObjectRequest): boolean {
  if (contentType !== jsonPatchType) {
    const metadata = isPlainObject(body) ? body["metadata"] : undefined;
    return isPlainObject(metadata) && Object.hasOwn(metadata, "managedFields");
  }
  if (!Array.isArray(body)) return false;
  return body.some((operation: unknown) => {
    const pointers = isPlainObject(operation) ? [operation["path"], operation["from"]] : [];
    return pointers.some((pointer) => typeof pointer === "string" && managersPointer.test(pointer));
  });
}

/** The whole object, its metadata, its managers, or something within them. */
const managersPointer = /^(?:\/metadata(?:\/managedFields(?:\/.*)?)?)?$/s;

function withoutManagers(object: ApiObject): ApiObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
