/** PUT, and what PATCH becomes: a new content for an object that is there. */
import { ApiError } from "../../api/api-error.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { parseOrRefuse } from "../../api/parse-object.ts";
import type { AnyResource } from "../../api/resource.ts";
import { changeObject, type Decision } from "../storage/change-object.ts";
import type { StoredObject } from "../storage/object-store.ts";
import { isReadyToVanish } from "./deletion.ts";
import type { Merge } from "./merge.ts";
import { checkIdentity, checkPreconditions, writeOptions } from "./submitted.ts";
import type { ObjectRequest, ServerContext } from "./verb-context.ts";

/** The stored object. Throws `ApiError`. A version in the body pins the update to that version. */
export async function replaceObject(context: ServerContext, request: ObjectRequest, merge: Merge): Promise<ApiObject> {
  const submitted = parseOrRefuse(request.resource, request.body);
  return updateObject(context, request, () => submitted, merge);
}

/** As `replaceObject`, with an object that is made from the current one anew at every attempt. */
export async function updateObject(
  context: ServerContext,
  request: ObjectRequest,
  submit: (current: ApiObject) => ApiObject,
  merge: Merge,
): Promise<ApiObject> {
  const { resource, name, namespace } = request;
  const decision = await changeObject(
    context.objects,
    resource,
    { namespace, name },
    writeOptions(request),
    (current) => {
      const submitted = submit(current.object);
      checkIdentity(request, submitted);
      checkPreconditions(resource, current, submitted.metadata);
      return decideUpdate(resource, merge(resource, submitted, current.object), current);
    },
  );
  return decision.object;
}

function decideUpdate(resource: AnyResource, merged: ApiObject, current: StoredObject): Decision {
  const { name, namespace, resourceVersion } = current.object.metadata;
  const next = { ...merged, metadata: { ...merged.metadata, name, namespace, resourceVersion } };
  const causes = [...resource.validate(next), ...resource.validateUpdate(next, current.object)];
  if (causes.length > 0) throw ApiError.invalid(resource, name, causes);
  // A deleted object waits for its finalizers, and goes with the last of them.
  return { type: isReadyToVanish(next) ? "delete" : "put", object: next };
}
