/** `…/scale`: how many replicas a workload has and shall have, whatever the workload. */
import { ApiError } from "../../api/api-error.ts";
import type { ApiReply } from "../../api/exchange.ts";
import { type Scale, scaleSchema } from "../../api/kinds/scale.ts";
import { type FieldSet, fieldNode } from "../../api/managed-fields/field-set.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { isPlainObject } from "../../api/meta/schema.ts";
import { parseBody } from "../../api/parse-object.ts";
import type { AnyResource, ScaleAccess } from "../../api/resource.ts";
import { causesText, invalid } from "../../api/validation/cause.ts";
import { booleanOption } from "../routing/query-options.ts";
import { applyPatchType, checkManagerOptions } from "./field-manager.ts";
import { getObject } from "./get-object.ts";
import { mergeWhole } from "./merge.ts";
import { patchFunction } from "./patch-object.ts";
import { applyRecorder, updateRecorder } from "./record-managers.ts";
import { updateObject } from "./update-object.ts";
import type { ObjectRequest, ServerContext } from "./verb-context.ts";

/** GET. Throws `ApiError`. */
export async function getScale(context: ServerContext, request: ObjectRequest): Promise<Scale> {
  return scaleOf(scaleAccess(request.resource), await getObject(context, request));
}

/** PUT. Throws `ApiError`. */
export async function replaceScale(context: ServerContext, request: ObjectRequest): Promise<ApiReply> {
  checkManagerOptions(request, "UpdateOptions");
  return changeScale(context, request, () => request.body);
}

/** PATCH of the scale, not of its workload. Throws `ApiError`. */
export async function patchScale(context: ServerContext, request: ObjectRequest): Promise<ApiReply> {
  checkManagerOptions(request, "PatchOptions");
  if (request.contentType !== applyPatchType) {
    return changeScale(context, request, patchFunction(request, scaleSchema));
  }
  const { body } = request;
  if (!isPlainObject(body) || body["kind"] !== "Scale" || body["apiVersion"] !== "autoscaling/v1") {
    throw ApiError.badRequest("the applied configuration must be a Scale of autoscaling/v1");
  }
  return changeScale(context, request, (current) => ({ ...current, ...body }), isForced(request));
}

async function changeScale(
  context: ServerContext,
  request: ObjectRequest,
  submit: (current: Scale) => unknown,
  appliesByForce?: boolean,
): Promise<ApiReply> {
  const { resource } = request;
  const access = scaleAccess(resource);
  const submitScaled = (object: ApiObject) => {
    const scale = parseScale(request, submit(scaleOf(access, object)));
    const { uid = object.metadata.uid, resourceVersion } = scale.metadata;
    const scaled = access.withWished(object, scale.spec.replicas);
    return { ...scaled, metadata: { ...scaled.metadata, name: scale.metadata.name, uid, resourceVersion } };
  };
  const record =
    appliesByForce === undefined
      ? updateRecorder(context, request)
      : applyRecorder(context, request, replicasField, (changed) => (appliesByForce ? new Map() : changed));
  const updated = await updateObject(context, request, submitScaled, mergeWhole, record);
  return { status: 200, body: scaleOf(access, updated) };
}

/** What whoever scales a workload comes to own of it. */
const replicasField: FieldSet = fields("f:spec", fields("f:replicas", new Map()));

function fields(element: string, below: FieldSet): FieldSet {
  const node = fieldNode(below.size === 0, below);
  return new Map(node === undefined ? [] : [[element, node]]);
}

function isForced({ query }: ObjectRequest): boolean {
  return booleanOption(query, "force");
}

function parseScale({ name }: ObjectRequest, body: unknown): Scale {
  const named = isPlainObject(body) ? { apiVersion: "autoscaling/v1", kind: "Scale", ...body } : body;
  const parsed = parseBody(scaleSchema, named);
  if (!parsed.ok) throw ApiError.badRequest(`Scale: ${causesText(parsed.causes)}`);
  const { metadata, spec } = parsed.value;
  if (spec.replicas < 0) {
    const cause = invalid("spec.replicas", spec.replicas, "must be greater than or equal to 0");
    throw ApiError.invalid({ group: "autoscaling", kind: "Scale" }, name, [cause]);
  }
  return { ...parsed.value, metadata: { ...metadata, name: metadata.name || name } };
}

function scaleOf(access: ScaleAccess<ApiObject>, object: ApiObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: access.wished(object) },
    status: { replicas: access.observed(object), selector: access.selector(object) },
  };
}

function scaleAccess({ scale }: AnyResource): ScaleAccess<ApiObject> {
  if (scale === undefined) throw ApiError.noSuchPath();
  return scale;
}
