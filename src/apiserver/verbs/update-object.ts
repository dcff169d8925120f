/** PUT, and what PATCH becomes: a new content for an object that is there. */
import { ApiError } from "../../api/api-error.ts";
import type { ApiReply } from "../../api/exchange.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { type Admitted, admit } from "../admission/admit.ts";
import { changeObject } from "../storage/change-object.ts";
import type { StoredObject } from "../storage/object-store.ts";
import { createFrom } from "./create-object.ts";
import { isReadyToVanish } from "./deletion.ts";
import { checkManagerOptions } from "./field-manager.ts";
import { type Merge, mergeWhole } from "./merge.ts";
import { parseSubmitted } from "./parse-submitted.ts";
import { type Recorder, updateRecorder } from "./record-managers.ts";
import { admissionOf, checkIdentity, checkPreconditions, writeOptions } from "./submitted.ts";
import { isCreatedByPut, requireCreation, requireVersion } from "./update-customs.ts";
import type { ObjectRequest, ServerContext } from "./verb-context.ts";

/** PUT of a whole object, which creates some kinds where they are missing. Throws `ApiError`. */
export async function putObject(context: ServerContext, request: ObjectRequest): Promise<ApiReply> {
  try {
    return { status: 200, body: await replaceObject(context, request, mergeWhole) };
  } catch (thrown) {
    if (!isCreatedByPut(request.resource) || !isMissing(thrown, request)) throw thrown;
  }
  const submitted = parseSubmitted(request, request.body);
  checkIdentity(request, submitted);
  // Who names a version means an object that was there.
  if (submitted.metadata.resourceVersion !== undefined) throw ApiError.notFound(request.resource, request.name);
  await requireCreation(context, request);
  const named = { ...submitted, metadata: { ...submitted.metadata, name: request.name } };
  return { status: 201, body: await createFrom(context, request, named) };
}

/** Whether what was thrown says that the object itself is not there. */
export function isMissing(thrown: unknown, { resource, name }: ObjectRequest): boolean {
  if (!(thrown instanceof ApiError) || thrown.reason !== "NotFound") return false;
  return thrown.details?.kind === resource.plural && thrown.details.name === name;
}

/** The stored object. Throws `ApiError`. A version in the body pins the update to that version. */
export async function replaceObject(context: ServerContext, request: ObjectRequest, merge: Merge): Promise<ApiObject> {
  checkManagerOptions(request, "UpdateOptions");
  const submitted = parseSubmitted(request, request.body);
  const submit = () => {
    if (request.subresource === undefined) requireVersion(request.resource, submitted);
    return submitted;
  };
  return updateObject(context, request, submit, merge);
}

/** As `replaceObject`, with an object that is made from the current one anew at every attempt. */
export async function updateObject(
  context: ServerContext,
  request: ObjectRequest,
  submit: (current: ApiObject) => ApiObject,
  merge: Merge,
  record: Recorder = updateRecorder(context, request),
): Promise<ApiObject> {
  const { resource, name, namespace } = request;
  const decision = await changeObject(
    context.objects,
    resource,
    { namespace, name },
    writeOptions(request),
    async (current) => {
      const submitted = submit(current.object);
      checkIdentity(request, submitted);
      checkPreconditions(resource, current, submitted.metadata);
      const merged = merge(resource, submitted, current.object);
      const { object, complete, ...writes } = await admitUpdate(context, request, merged, current);
      const next = complete(record(object, current.object, submitted.metadata.managedFields));
      // A deleted object waits for its finalizers, and goes with the last of them.
      return { type: isReadyToVanish(next) ? "delete" : "put", object: next, ...writes };
    },
  );
  return decision.object;
}

async function admitUpdate(
  context: ServerContext,
  request: ObjectRequest,
  merged: ApiObject,
  current: StoredObject,
): Promise<Admitted> {
  const { resource } = request;
  const { name, namespace, resourceVersion } = current.object.metadata;
  const next = { ...merged, metadata: { ...merged.metadata, name, namespace, resourceVersion } };
  const update = admissionOf(request, { operation: "UPDATE", object: next, oldObject: current.object });
  return admit(context, update, (object) => {
    const causes = [...resource.validate(object), ...resource.validateUpdate(object, current.object)];
    if (causes.length > 0) throw ApiError.invalid(resource, name, causes);
  });
}
