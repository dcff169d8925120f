/** DELETE of one object or of a collection. */
import { ApiError } from "../../api/api-error.ts";
import { type DeleteOptions, deleteOptionsSchema } from "../../api/meta/delete-options.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { ApiStatus } from "../../api/meta/status.ts";
import { parseBody } from "../../api/parse-object.ts";
import type { AnyResource } from "../../api/resource.ts";
import { causesText } from "../../api/validation/cause.ts";
import { permit } from "../admission/admit.ts";
import { countOption, type Query } from "../routing/query-options.ts";
import { changeObject, type Decision } from "../storage/change-object.ts";
import { planDeletion } from "./deletion.ts";
import { listObjects, type ObjectList } from "./list-objects.ts";
import { admissionOf, checkPreconditions, writeOptions } from "./submitted.ts";
import type { ObjectRequest, ServerContext, VerbRequest } from "./verb-context.ts";

/** The object while it waits to vanish, a `Status` once it is gone. Throws `ApiError`. */
export async function deleteObject(context: ServerContext, request: ObjectRequest): Promise<ApiObject | ApiStatus> {
  const { type, object } = await changeByDeletion(context, request, parseDeleteOptions(request));
  return type === "delete" ? goneStatus(request.resource, object) : object;
}

/** What was deleted, as it was. One that vanishes in between is as good as deleted. */
export async function deleteCollection(context: ServerContext, request: VerbRequest): Promise<ObjectList> {
  const options = parseDeleteOptions(request);
  const list = await listObjects(context, request);
  for (const { metadata } of list.items) {
    const one = { ...request, name: metadata.name, namespace: metadata.namespace };
    try {
      await changeByDeletion(context, one, { ...options, preconditions: { uid: metadata.uid } });
    } catch (thrown) {
      if (!(thrown instanceof ApiError && thrown.reason === "NotFound")) throw thrown;
    }
  }
  return list;
}

async function changeByDeletion(
  context: ServerContext,
  request: ObjectRequest,
  options: DeleteOptions,
): Promise<Decision> {
  const { resource, name, namespace } = request;
  const { objects, clock } = context;
  const write = writeOptions(request);
  const dryRun = write.dryRun || (options.dryRun ?? []).includes("All");
  return changeObject(objects, resource, { namespace, name }, { ...write, dryRun }, async (current) => {
    checkPreconditions(resource, current, options.preconditions ?? {});
    const side = await permit(
      context,
      admissionOf(request, { operation: "DELETE", oldObject: current.object, dryRun }),
    );
    const deletion = planDeletion(current.object, options, clock.nowMs());
    if (deletion.type === "vanishes") return { type: "delete", object: current.object, ...side };
    return { type: "put", object: deletion.type === "waits" ? deletion.object : current.object, ...side };
  });
}

/** The body's options, where the query does not say otherwise. Throws `ApiError` (400). */
function parseDeleteOptions({ query, body }: VerbRequest): DeleteOptions {
  const parsed = parseBody(deleteOptionsSchema, body ?? {});
  if (!parsed.ok) throw ApiError.badRequest(`DeleteOptions: ${causesText(parsed.causes)}`);
  const gracePeriodSeconds = countOption(query, "gracePeriodSeconds") ?? parsed.value.gracePeriodSeconds;
  const propagationPolicy = propagationOption(query) ?? parsed.value.propagationPolicy;
  if (gracePeriodSeconds !== undefined && gracePeriodSeconds < 0) {
    throw ApiError.badRequest("DeleteOptions: gracePeriodSeconds: must not be negative");
  }
  return { ...parsed.value, gracePeriodSeconds, propagationPolicy };
}

function propagationOption(query: Query): DeleteOptions["propagationPolicy"] {
  const policy = query["propagationPolicy"] ?? "";
  if (policy === "Orphan" || policy === "Background" || policy === "Foreground") return policy;
  if (policy !== "")
    throw ApiError.badRequest(`propagationPolicy: "${policy}" is none of Orphan, Background and Foreground`);
  return undefined;
}

function goneStatus({ group, plural }: AnyResource, { metadata }: ApiObject): ApiStatus {
  const { name, uid } = metadata;
  const details = { name, ...(group !== "" && { group }), kind: plural, uid };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}
