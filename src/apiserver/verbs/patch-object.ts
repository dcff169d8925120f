/** PATCH: the current object with a client's changes, made anew at every attempt. */

import type { z } from "zod";
import { ApiError } from "../../api/api-error.ts";
import type { ApiReply } from "../../api/exchange.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { applyJsonPatch } from "../../api/patch/json-patch.ts";
import { applyMergePatch } from "../../api/patch/merge-patch.ts";
import { applyStrategicMergePatch } from "../../api/patch/strategic-merge-patch.ts";
import { applyObject } from "./apply-object.ts";
import { applyPatchType, checkManagerOptions } from "./field-manager.ts";
import type { Merge } from "./merge.ts";
import { parseSubmitted } from "./parse-submitted.ts";
import { updateObject } from "./update-object.ts";
import type { ObjectRequest, ServerContext } from "./verb-context.ts";

const typesOfCustomKinds = ["application/json-patch+json", "application/merge-patch+json", applyPatchType];
const strategicType = "application/strategic-merge-patch+json";
const supportedTypes = [...typesOfCustomKinds, strategicType];

/** The stored object. Throws `ApiError`. A version in the patch pins it to that version. */
export async function patchObject(context: ServerContext, request: ObjectRequest, merge: Merge): Promise<ApiReply> {
  checkManagerOptions(request, "PatchOptions");
  if (request.contentType === applyPatchType) return applyObject(context, request, merge);
  if (request.contentType === strategicType && request.resource.isCustom)
    throw ApiError.unsupportedMediaType(strategicType, typesOfCustomKinds);
  const apply = patchFunction(request, request.resource.schema);
  const submit = (current: ApiObject) => parseSubmitted(request, apply(current));
  return { status: 200, body: await updateObject(context, request, submit, merge) };
}

/** What the patch makes of an object of `schema`. Throws `ApiError` (415). */
export function patchFunction(
  { contentType, body }: ObjectRequest,
  schema: z.core.$ZodType,
): (current: ApiObject) => unknown {
  switch (contentType) {
    case "application/json-patch+json":
      return (current) => applyJsonPatch({ ...current }, body);
    case "application/merge-patch+json":
      return (current) => applyMergePatch({ ...current }, body);
    case strategicType:
      return (current) => applyStrategicMergePatch({ ...current }, body, schema);
    default:
      throw ApiError.unsupportedMediaType(contentType ?? "none given", supportedTypes);
  }
}
