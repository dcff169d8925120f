/** DELETE of one object or of a collection. */
import { ApiError } from "../../api/api-error.ts";
import { type DeleteOptions, deleteOptionsSchema } from "../../api/meta/delete-options.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { ApiStatus } from "../../api/meta/status.ts";
import { parseBody } from "../../api/parse-object.ts";
import type { AnyResource } from "../../api/resource.ts";
import { type Cause, causesText, invalid, notSupported } from "../../api/validation/cause.ts";
import { inParallel } from "../../lib/in-parallel.ts";
import { noSideWrites, type SideWrites } from "../admission/admission.ts";
import { permit } from "../admission/admit.ts";
import { booleanOption, type Query } from "../routing/query-options.ts";
import { changeObject, type Decision } from "../storage/change-object.ts";
import { objectKey } from "../storage/object-key.ts";
import { planDeletion } from "./deletion.ts";
import { listObjects, type ObjectList } from "./list-objects.ts";
import { admissionOf, checkPreconditions, writeOptions } from "./submitted.ts";
import type { ObjectRequest, ServerContext, VerbRequest } from "./verb-context.ts";

/** How many objects of a collection are deleted at a time. */
const deletionsMax = 16;

/** The object while it waits to vanish, a `Status` once it is gone. Throws `ApiError`. */
export async function deleteObject(context: ServerContext, request: ObjectRequest): Promise<ApiObject | ApiStatus> {
  const { type, object } = await changeByDeletion(context, request, parseDeleteOptions(request));
  return type === "delete" ? goneStatus(request.resource, object) : object;
}

/** What was deleted, as it was. One that vanishes in between is as good as deleted. */
export async function deleteCollection(context: ServerContext, request: VerbRequest): Promise<ObjectList> {
  const options = parseDeleteOptions(request);
  const list = await listObjects(context, request);
  await inParallel(list.items, deletionsMax, async ({ metadata }) => {
    const one = { ...request, name: metadata.name, namespace: metadata.namespace };
    const preconditions = { ...options.preconditions, uid: options.preconditions?.uid ?? metadata.uid };
    try {
      await changeByDeletion(context, one, { ...options, preconditions });
    } catch (thrown) {
      if (!(await isGone(context, request.resource, metadata, thrown))) throw thrown;
    }
  });
  return list;
}

async function isGone(
  { objects }: ServerContext,
  resource: AnyResource,
  { namespace, name, uid }: ApiObject["metadata"],
  thrown: unknown,
): Promise<boolean> {
  if (!(thrown instanceof ApiError)) return false;
  if (thrown.reason === "NotFound") return true;
  // Another object may have taken the name.
  const found = thrown.reason === "Conflict" ? await objects.get(objectKey(resource, { namespace, name })) : undefined;
  return found !== undefined && found.object.metadata.uid !== uid;
}

/** `also` says what else must hold and be written for the object to go. Throws `ApiError`. */
export async function changeByDeletion(
  context: ServerContext,
  request: ObjectRequest,
  options: DeleteOptions,
  also: (current: ApiObject) => Promise<SideWrites> = async () => noSideWrites,
): Promise<Decision> {
  const { resource, name, namespace } = request;
  const { objects, clock } = context;
  const write = writeOptions(request);
  const dryRun = write.dryRun || (options.dryRun ?? []).includes("All");
  return changeObject(objects, resource, { namespace, name }, { ...write, dryRun }, async (current) => {
    checkPreconditions(resource, current, options.preconditions ?? {});
    const permitted = await permit(
      context,
      admissionOf(request, { operation: "DELETE", oldObject: current.object, dryRun }),
    );
    const further = await also(current.object);
    const side = {
      compares: [...permitted.compares, ...further.compares],
      mutations: [...permitted.mutations, ...further.mutations],
    };
    const deletion = planDeletion(current.object, options, clock.nowMs());
    if (deletion.type === "vanishes") return { type: "delete", object: current.object, ...side };
    return { type: "put", object: deletion.type === "waits" ? deletion.object : current.object, ...side };
  });
}

/** The body's options, where the query does not say otherwise. Throws `ApiError`: 400, or 422 for what makes no sense. */
export function parseDeleteOptions({ query, body }: Pick<VerbRequest, "query" | "body">): DeleteOptions {
  const parsed = parseBody(deleteOptionsSchema, body ?? {});
  if (!parsed.ok && parsed.malformed) throw ApiError.badRequest(`DeleteOptions: ${causesText(parsed.causes)}`);
  if (!parsed.ok) throw invalidOptions(parsed.causes);
  const fromQuery = parseBody(deleteOptionsSchema, queryOptions(query));
  if (!fromQuery.ok) throw invalidOptions(fromQuery.causes);
  const options: DeleteOptions = { ...parsed.value, ...fromQuery.value };
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, dryRun = [] } = options;
  const causes: Cause[] = [];
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    const why = "orphanDependents and deletionPropagation cannot be both set";
    causes.push(invalid("propagationPolicy", propagationPolicy, why));
  }
  for (const [index, value] of dryRun.entries())
    if (value !== "All") causes.push(notSupported(`dryRun[${index}]`, value, ["All"]));
  if (causes.length > 0) throw invalidOptions(causes);
  // Less than nothing is a second, as in Kubernetes.
  return gracePeriodSeconds !== undefined && gracePeriodSeconds < 0 ? { ...options, gracePeriodSeconds: 1 } : options;
}

function queryOptions(query: Query): Record<string, unknown> {
  const { gracePeriodSeconds = "", propagationPolicy = "", orphanDependents = "" } = query;
  if (gracePeriodSeconds !== "" && !/^-?\d{1,15}$/u.test(gracePeriodSeconds)) {
    throw ApiError.badRequest(`gracePeriodSeconds: "${gracePeriodSeconds}" is not a whole number`);
  }
  return {
    ...(gracePeriodSeconds !== "" && { gracePeriodSeconds: Number(gracePeriodSeconds) }),
    ...(propagationPolicy !== "" && { propagationPolicy }),
    ...(orphanDependents !== "" && { orphanDependents: booleanOption(query, "orphanDependents") }),
  };
}

function invalidOptions(causes: readonly Cause[]): ApiError {
  return ApiError.invalid({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", causes);
}

function goneStatus({ group, plural }: AnyResource, { metadata }: ApiObject): ApiStatus {
  const { name, uid } = metadata;
  const details = { name, ...(group !== "" && { group }), kind: plural, uid };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}
