/** Server-side apply: an object as its applier wants it, created where it is missing. */
import { ApiError } from "../../api/api-error.ts";
import type { ApiReply } from "../../api/exchange.ts";
import { findDuplicate } from "../../api/managed-fields/divide.ts";
import { type FieldType, fieldTypeOf } from "../../api/managed-fields/field-type.ts";
import { fieldsOf } from "../../api/managed-fields/fields-of.ts";
import { applyConfiguration } from "../../api/managed-fields/track-apply.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { isPlainObject } from "../../api/meta/schema.ts";
import { withoutNulls } from "../../api/meta/without-nulls.ts";

import type { JsonObject } from "../../api/patch/json-value.ts";
import { apiVersionOfResource } from "../../api/resource.ts";
import { booleanOption } from "../routing/query-options.ts";
import { createFrom } from "./create-object.ts";
import { managerOf } from "./field-manager.ts";
import { fieldsToTakeOver, withLastApplied, withoutTakenOver } from "./last-applied.ts";
import type { Merge } from "./merge.ts";
import { parseSubmitted } from "./parse-submitted.ts";
import { applyRecorder, liveManagers } from "./record-managers.ts";
import { requireCreation } from "./update-customs.ts";
import { isMissing, updateObject } from "./update-object.ts";
import type { ObjectRequest, ServerContext } from "./verb-context.ts";

const attemptsMax = 5;

/** Throws `ApiError`; 409 with a cause a field where others own what would change, unless `force` is set. */
export async function applyObject(context: ServerContext, request: ObjectRequest, merge: Merge): Promise<ApiReply> {
  const type = fieldTypeOf(request.resource.schema);
  const applied = parseConfiguration(request, type);
  for (let attempts = 0; attempts < attemptsMax; attempts += 1) {
    try {
      return { status: 200, body: await applyToLive(context, request, applied, type, merge) };
    } catch (thrown) {
      if (request.subresource !== undefined || !isMissing(thrown, request)) throw thrown;
    }
    try {
      return { status: 201, body: await createApplied(context, request, applied, type) };
    } catch (thrown) {
      // Somebody else was faster: it is there now.
      if (!(thrown instanceof ApiError && thrown.reason === "AlreadyExists")) throw thrown;
    }
  }
  throw ApiError.conflict(request.resource, request.name, "others keep creating and deleting it; try again");
}

function applyToLive(
  context: ServerContext,
  request: ObjectRequest,
  applied: JsonObject,
  type: FieldType,
  merge: Merge,
): Promise<ApiObject> {
  const { resource, query } = request;
  const applier = managerOf(request, "Apply");
  const isForced = booleanOption(query, "force");
  const submit = (live: ApiObject) => {
    const { managedFields: _, ...metadata } = live.metadata;
    const bare = { ...live, metadata };
    const next = applyConfiguration(bare, applied, type, liveManagers(resource, live), applier);
    const merged = isPlainObject(next) ? withLastApplied(next, live, applied, applier.manager) : next;
    return parseSubmitted(request, merged);
  };
  return updateObject(context, request, submit, merge, (next, current, submitted) => {
    const takenOver = isForced ? undefined : fieldsToTakeOver(resource, current, applier.manager);
    const record = applyRecorder(context, request, fieldsOf(applied, type), (changed) =>
      takenOver === undefined ? new Map() : withoutTakenOver(changed, takenOver, applier.manager),
    );
    return record(next, current, submitted);
  });
}

async function createApplied(
  context: ServerContext,
  request: ObjectRequest,
  applied: JsonObject,
  type: FieldType,
): Promise<ApiObject> {
  const { resource, name } = request;
  const submitted = parseSubmitted(request, applied);
  const { uid } = submitted.metadata;
  if (uid !== undefined) {
    throw ApiError.conflict(
      resource,
      name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  }
  await requireCreation(context, request);
  return createFrom(context, request, submitted, fieldsOf(applied, type));
}

/** Throws `ApiError` (400) for what is not the configuration of the object at the path. */
function parseConfiguration({ resource, name, namespace, body }: ObjectRequest, type: FieldType): JsonObject {
  const clean = withoutNulls(body);
  if (clean === undefined) throw ApiError.badRequest("the applied configuration is nested too deeply");
  const applied = clean.value;
  if (!isPlainObject(applied)) throw ApiError.badRequest("the applied configuration must be an object");
  const apiVersion = apiVersionOfResource(resource);
  if (applied["apiVersion"] !== apiVersion || applied["kind"] !== resource.kind) {
    throw ApiError.badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${String(applied["apiVersion"])}, Kind=${String(applied["kind"])}, expected: ${apiVersion}, Kind=${resource.kind}`,
    );
  }
  const metadata = isPlainObject(applied["metadata"]) ? applied["metadata"] : {};
  const managed = metadata["managedFields"];
  if (Array.isArray(managed) && managed.length > 0) throw ApiError.badRequest("metadata.managedFields must be nil");
  const duplicate = findDuplicate(applied, type);
  if (duplicate !== undefined) {
    throw ApiError.badRequest(`failed to create typed patch object: ${duplicate}: duplicate entries for key`);
  }
  const { managedFields: _, ...own } = metadata;
  return { ...applied, metadata: { ...own, name: own["name"] ?? name, ...(namespace !== undefined && { namespace }) } };
}
